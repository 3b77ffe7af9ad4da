import type { Queryable } from '../../database/queryable.ts';

/**
 * Stores the rates at which Stripe converted charges to USD, marked as Stripe's, on days for which no operator's and no
 * central bank's rate is in force. A stored rate is never changed. Returns new rows.
 */
export async function storeStripeRates(tx: Queryable): Promise<number> {
  const { rowCount } = await tx.query(
    `INSERT INTO fx_rates (currency, day, usd_rate, created_by, source)
     SELECT DISTINCT ON (o.currency, t.day) o.currency, t.day, round(t.exchange_rate, 8), 'stripe', 'stripe'
     FROM stripe_balance_transactions t
     JOIN stripe_payment_objects o ON o.id = t.source AND o.kind = 'charge'
     WHERE t.currency = 'USD' AND o.currency <> 'USD' AND round(t.exchange_rate, 8) > 0 AND NOT EXISTS (
       SELECT 1 FROM fx_rates r WHERE r.currency = o.currency AND r.day <= t.day AND r.source <> 'stripe')
     ORDER BY o.currency, t.day, t.id
     ON CONFLICT (currency, day, source) DO NOTHING`,
  );
  return rowCount ?? 0;
}
