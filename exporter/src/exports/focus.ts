import { isCollectorName, PROVIDERS, WHOLE_PROVIDER, type CostSource } from '../contract/providers.ts';
import { titleOf, VENDORS } from '../contract/vendors.ts';
import { addDays, monthStart, nextMonthStart } from '../money/days.ts';
import { formatMicros, type Micros } from '../money/micros.ts';
import { free, type Cell } from './csv.ts';

export const FOCUS_VERSIONS = ['1.2', '1.3'] as const;
export type FocusVersion = (typeof FOCUS_VERSIONS)[number];

/** One row of the export: what one vendor charges for one day. */
export interface Charge {
  readonly day: string;
  /** The vendor that is paid: `openai`, never `llm`, where it is known. */
  readonly provider: string;
  readonly component: string;
  readonly source: CostSource;
  readonly currency: string;
  readonly native: Micros;
  /** Null without a rate, and for tax, which is no cost. */
  readonly usd: Micros | null;
  readonly billingPeriod: readonly [start: string, end: string];
  readonly category: 'Usage' | 'Purchase' | 'Credit' | 'Tax';
  /** Changes what was billed in a billing period that was over. */
  readonly isCorrection: boolean;
  readonly description: string;
  readonly invoiceId: string | null;
  readonly adjustmentId: string | null;
  /** Null where it is not known how much was used. Decimals, as FOCUS wants them: "1200.0". */
  readonly consumed: { readonly quantity: string; readonly unit: string } | null;
  /** Tokens of the same day whose cost is not known and not in this row: the cost is at least this. */
  readonly unpricedTokens?: string | null;
}

/**
 * The columns of FOCUS 1.2 (https://focus.finops.org) in their order; those of 1.3 are marked. What is ours begins with
 * `x_`.
 */
const COLUMNS: readonly (readonly [name: string, value: (charge: Charge) => Cell, since?: '1.3'])[] = [
  ['BilledCost', cost],
  ['EffectiveCost', cost],
  ['ListCost', cost],
  ['ContractedCost', cost],
  ['BillingCurrency', ({ currency }) => currency],
  ['BillingPeriodStart', ({ billingPeriod: [start] }) => instant(start)],
  ['BillingPeriodEnd', ({ billingPeriod: [, end] }) => instant(end)],
  ['ChargePeriodStart', ({ day }) => instant(day)],
  ['ChargePeriodEnd', ({ day }) => instant(addDays(day, 1))],
  ['ChargeCategory', ({ category }) => category],
  ['ChargeClass', ({ isCorrection }) => (isCorrection ? 'Correction' : null)],
  ['ChargeDescription', ({ description }) => free(description)],
  ['ChargeFrequency', frequency],
  ['ConsumedQuantity', ({ consumed }) => consumed?.quantity ?? null],
  ['ConsumedUnit', ({ consumed }) => consumed?.unit ?? null],
  ['PricingQuantity', (charge) => priced(charge)?.quantity ?? null],
  ['PricingUnit', (charge) => priced(charge)?.unit ?? null],
  ['ProviderName', vendor],
  ['PublisherName', vendor],
  ['ServiceProviderName', vendor, '1.3'],
  // The vendors do not say where they run: FOCUS 1.3 then takes the vendor itself.
  ['HostProviderName', vendor, '1.3'],
  ['InvoiceIssuerName', vendor],
  ['InvoiceId', ({ invoiceId }) => free(invoiceId)],
  ['BillingAccountId', ({ provider }) => free(provider)],
  ['BillingAccountName', vendor],
  ['BillingAccountType', () => 'Vendor account'],
  ['SubAccountId', () => null],
  ['SubAccountName', () => null],
  ['ServiceName', service],
  ['ServiceCategory', ({ provider }) => serviceCategory(provider).category],
  ['ServiceSubcategory', ({ provider }) => serviceCategory(provider).subcategory],
  ['x_source', ({ source }) => source],
  ['x_cost_usd', ({ usd }) => (usd === null ? null : formatMicros(usd))],
  ['x_component', ({ component }) => free(component)],
  ['x_adjustment_id', ({ adjustmentId }) => adjustmentId],
  ['x_unpriced_tokens', ({ unpricedTokens }) => unpricedTokens ?? null],
];

function columnsOf(version: FocusVersion): typeof COLUMNS {
  return COLUMNS.filter(([, , since]) => since === undefined || version === since);
}

export function focusHeader(version: FocusVersion): string[] {
  return columnsOf(version).map(([name]) => name);
}

export function focusRow(charge: Charge, version: FocusVersion): Cell[] {
  return columnsOf(version).map(([, value]) => value(charge));
}

/** The billing period of a charge that no invoice states: its calendar month. */
export function calendarPeriod(day: string): readonly [string, string] {
  return [monthStart(day), nextMonthStart(day)];
}

function cost({ native }: Charge): Cell {
  return formatMicros(native);
}

function vendor({ provider }: Charge): Cell {
  return free(titleOf(provider));
}

function service({ provider, component }: Charge): Cell {
  const title = titleOf(provider);
  return free(component === WHOLE_PROVIDER || component === provider ? title : `${title} ${component}`);
}

function frequency({ category }: Charge): Cell {
  if (category === 'Usage') return 'Usage-Based';
  return category === 'Credit' ? 'One-Time' : 'Recurring';
}

/** What was used where that is known, else the day that is paid for. Tax and credits have no price. */
function priced({ category, isCorrection, consumed }: Charge): Charge['consumed'] {
  if (isCorrection || category === 'Tax' || category === 'Credit') return null;
  return consumed ?? { quantity: '1.0', unit: 'Days' };
}

function serviceCategory(provider: string): { readonly category: string; readonly subcategory: string } {
  const llm = Object.hasOwn(VENDORS, provider) && VENDORS[provider]?.llm === true;
  const facts = llm ? PROVIDERS.llm.cost : isCollectorName(provider) ? PROVIDERS[provider].cost : null;
  return { category: facts?.focusCategory ?? 'Other', subcategory: facts?.focusSubcategory ?? 'Other (Other)' };
}

function instant(day: string): string {
  return `${day}T00:00:00Z`;
}
