import { dayOfSeconds } from '../../money/recognised-revenue.ts';
import { trimmedRate } from './rates.ts';
import type { BalanceTransaction } from './schema.ts';

/**
 * What a balance transaction is to us. Payouts, transfers and top-ups move money, they do not earn it; `platform` is
 * what a Connect platform earns; Stripe Climate is paid like a fee.
 */
export type CashCategory = 'charge' | 'refund' | 'dispute' | 'fee' | 'platform' | 'transfer' | 'other';

/** Stripe's reporting categories (https://docs.stripe.com/reports/reporting-categories). */
const BY_REPORTING_CATEGORY: Readonly<Record<string, CashCategory>> = {
  charge: 'charge',
  charge_failure: 'charge',
  partial_capture_reversal: 'charge',
  refund: 'refund',
  refund_failure: 'refund',
  dispute: 'dispute',
  dispute_reversal: 'dispute',
  fee: 'fee',
  network_cost: 'fee',
  tax: 'fee',
  advance: 'transfer',
  advance_funding: 'transfer',
  anticipation_repayment: 'transfer',
  connect_collection_transfer: 'transfer',
  connect_reserved_funds: 'transfer',
  payout: 'transfer',
  payout_reversal: 'transfer',
  payout_minimum_balance_hold: 'transfer',
  payout_minimum_balance_release: 'transfer',
  risk_reserved_funds: 'transfer',
  topup: 'transfer',
  topup_reversal: 'transfer',
  transfer: 'transfer',
  transfer_reversal: 'transfer',
  reserve_hold: 'transfer',
  reserve_release: 'transfer',
  financing_paydown: 'transfer',
  financing_payout: 'transfer',
  platform_earning: 'platform',
  platform_earning_refund: 'platform',
  contribution: 'fee',
  other_adjustment: 'other',
  issuing_authorization_hold: 'other',
  issuing_authorization_release: 'other',
  issuing_disbursement: 'other',
  issuing_dispute: 'other',
  issuing_transaction: 'other',
  climate_order_purchase: 'fee',
  climate_order_refund: 'fee',
};

/** Where the reporting category says nothing. */
const BY_TYPE: Readonly<Record<string, CashCategory>> = {
  charge: 'charge',
  payment: 'charge',
  payment_reversal: 'charge',
  payment_failure_refund: 'charge',
  refund: 'refund',
  payment_refund: 'refund',
  refund_failure: 'refund',
  stripe_fee: 'fee',
  stripe_fx_fee: 'fee',
  tax_fee: 'fee',
  payment_network_cost: 'fee',
  payment_network_fee: 'fee',
  payout: 'transfer',
  payout_cancel: 'transfer',
  payout_failure: 'transfer',
  transfer: 'transfer',
  transfer_cancel: 'transfer',
  transfer_failure: 'transfer',
  transfer_refund: 'transfer',
  topup: 'transfer',
  topup_reversal: 'transfer',
  reserve_transaction: 'transfer',
  reserved_funds: 'transfer',
  adjustment: 'other',
  application_fee: 'platform',
  application_fee_refund: 'platform',
  contribution: 'fee',
  climate_order_purchase: 'fee',
  climate_order_refund: 'fee',
};

/** A balance transaction as it is stored, in minor units. */
export interface CashRow {
  readonly id: string;
  readonly day: string;
  readonly category: CashCategory;
  /** What came in (negative: went out), without Stripe's fee. 0 for a fee of its own. */
  readonly minor: bigint;
  /** What Stripe kept; negative when it gave a fee back. */
  readonly feeMinor: bigint;
  readonly currency: string;
  readonly type: string;
  /** The charge, refund, dispute, … that it is of. */
  readonly source: string | undefined;
  /** From the currency of the source to `currency`, a decimal string of at most eight decimals. */
  readonly exchangeRate: string | undefined;
}

export function cashRow(transaction: BalanceTransaction): CashRow {
  const category = categoryOf(transaction) ?? 'other';
  const isFee = category === 'fee';
  return {
    id: transaction.id,
    day: dayOfSeconds(transaction.created),
    category,
    minor: isFee ? 0n : transaction.amount,
    // A fee of its own (Billing, Radar, tax on fees) is a negative amount.
    feeMinor: isFee ? transaction.fee - transaction.amount : transaction.fee,
    currency: transaction.currency,
    type: transaction.type,
    source: transaction.source ?? undefined,
    exchangeRate: transaction.exchange_rate ? trimmedRate(transaction.exchange_rate.toFixed(8)) : undefined,
  };
}

/** Undefined for a category that this version does not know; it is then neither cash nor fee. */
export function categoryOf({
  reporting_category: reporting,
  type,
}: Pick<BalanceTransaction, 'reporting_category' | 'type'>): CashCategory | undefined {
  const known = reporting ? ownValue(BY_REPORTING_CATEGORY, reporting) : undefined;
  return known ?? ownValue(BY_TYPE, type);
}

function ownValue(table: Readonly<Record<string, CashCategory>>, key: string): CashCategory | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
