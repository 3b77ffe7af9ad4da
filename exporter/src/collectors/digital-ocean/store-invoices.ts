import type { Queryable } from '../../database/queryable.ts';
import { replaceLedger } from '../../ledger/replace-rows.ts';
import { daysOf, monthStart, nextMonthStart } from '../../money/days.ts';
import { formatMicros, parseMicros } from '../../money/micros.ts';
import type { DigitalOceanData } from './data.ts';
import { invoiceRows } from './invoice-days.ts';

/**
 * Stores the invoiced months that were read, and shapes them and every invoiced month whose usage was read again. For a
 * team group, whose usage is that of several teams, the invoices of the token's own team take no place at all.
 */
export async function storeInvoices(tx: Queryable, data: DigitalOceanData): Promise<number> {
  if (data.isTeamGroup) return removeInvoices(tx);
  let changed = 0;
  for (const { month, listed, cost } of data.invoices) {
    const result = await tx.query(UPSERT, [month, formatMicros(listed), formatMicros(cost)]);
    changed += result.rowCount ?? 0;
  }
  const months = new Set([
    ...data.invoices.map(({ month }) => month),
    ...data.costs.map(({ day }) => monthStart(day)).filter((month) => month < monthStart(data.today)),
  ]);
  for (const month of [...months].sort()) changed += await shapeMonth(tx, month);
  return changed;
}

async function shapeMonth(tx: Queryable, month: string): Promise<number> {
  const invoiced = await tx.query<{ cost: string }>(
    'SELECT cost_usd::text AS cost FROM do_invoice_months WHERE month = $1::date',
    [month],
  );
  const cost = invoiced.rows[0]?.cost;
  if (cost === undefined) return 0;
  const end = nextMonthStart(month);
  const { rows } = await tx.query<{ day: string; component: string; amount: string }>(
    `SELECT day::text AS day, component, amount_usd::text AS amount FROM component_costs
     WHERE provider = 'digital_ocean' AND source = 'api_usage' AND day >= $1::date AND day < $2::date
       AND amount_usd IS NOT NULL AND NOT demo`,
    [month, end],
  );
  const shaped = invoiceRows(
    month,
    parseMicros(cost),
    rows.map((row) => ({ ...row, amount: parseMicros(row.amount) })),
  );
  return replaceLedger(
    tx,
    'digital_ocean',
    'api_invoice',
    daysOf(month, end),
    shaped.map(({ day, component, amount }) => ({ day, component, amountUsd: formatMicros(amount) })),
  );
}

async function removeInvoices(tx: Queryable): Promise<number> {
  await tx.query('DELETE FROM do_invoice_months');
  const gone = await tx.query(
    "DELETE FROM component_costs WHERE provider = 'digital_ocean' AND source = 'api_invoice' AND NOT demo",
  );
  return gone.rowCount ?? 0;
}

const UPSERT = `
INSERT INTO do_invoice_months AS m (month, listed_usd, cost_usd) VALUES ($1, $2, $3)
ON CONFLICT (month) DO UPDATE SET listed_usd = excluded.listed_usd, cost_usd = excluded.cost_usd, stored_at = now()
WHERE (m.listed_usd, m.cost_usd) IS DISTINCT FROM (excluded.listed_usd, excluded.cost_usd)`;
