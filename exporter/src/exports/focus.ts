import { isCollectorName, PROVIDERS, type CostSource } from '../contract/providers.ts';
import { titleOf } from '../contract/vendors.ts';
import { sharesByDay } from '../invoices/allocate.ts';
import type { Adjustment } from '../invoices/invoice.ts';
import { addDays, monthStart, nextMonthStart } from '../money/days.ts';
import { formatMicros, type Micros } from '../money/micros.ts';
import { free, type Cell } from './csv.ts';

/** FOCUS 1.2 (https://focus.finops.org); what is ours begins with `x_`. */
export const FOCUS_COLUMNS = [
  'BilledCost',
  'EffectiveCost',
  'ListCost',
  'ContractedCost',
  'BillingCurrency',
  'BillingPeriodStart',
  'BillingPeriodEnd',
  'ChargePeriodStart',
  'ChargePeriodEnd',
  'ChargeCategory',
  'ChargeClass',
  'ChargeDescription',
  'ChargeFrequency',
  'ServiceProviderName',
  'ProviderName',
  'PublisherName',
  'InvoiceIssuerName',
  'InvoiceId',
  'BillingAccountId',
  'BillingAccountName',
  'SubAccountId',
  'SubAccountName',
  'ServiceName',
  'ServiceCategory',
  'x_source',
  'x_cost_usd',
  'x_component',
  'x_adjustment_id',
] as const;

export interface Charge {
  readonly day: string;
  readonly provider: string;
  readonly component: string;
  readonly source: CostSource;
  readonly currency: string;
  readonly native: Micros;
  readonly usd: Micros | null;
  readonly billingPeriod: readonly [start: string, end: string];
  readonly category: 'Usage' | 'Purchase' | 'Credit';
  readonly isCorrection: boolean;
  readonly description: string;
  readonly invoiceId: string | null;
  readonly adjustmentId: string | null;
}

/**
 * The charges of one invoice's versions, oldest first: the first version as it was billed; each later one as the
 * difference to the one before it (ChargeClass Correction), so that the rows always add up to what counts now. Pure.
 */
export function chargesOfSeries(versions: readonly Adjustment[]): Charge[] {
  return versions.flatMap((version, index) => {
    const before = versions[index - 1];
    if (before !== undefined && before.currency !== version.currency)
      return [...differences(before, undefined, version), ...differences(undefined, version, version)];
    return differences(before, version, version);
  });
}

function differences(before: Adjustment | undefined, after: Adjustment | undefined, version: Adjustment): Charge[] {
  const days = new Map<string, { native: Micros; usd: Micros | null }>();
  const add = (stated: Adjustment | undefined, sign: bigint): void => {
    if (stated === undefined || stated.action === 'void') return;
    for (const { day, native, usd } of sharesByDay(stated)) {
      const sum = days.get(day) ?? { native: 0n, usd: null };
      days.set(day, { native: sum.native + sign * native, usd: usd === null ? sum.usd : (sum.usd ?? 0n) + sign * usd });
    }
  };
  add(before, -1n);
  add(after, 1n);
  const isCorrection = version.version > 1;
  const { periodStart, periodEnd, currency } = after ?? before ?? version;
  return [...days]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([day, { native, usd }]) => {
      if (isCorrection && native === 0n && (usd ?? 0n) === 0n) return [];
      return [
        {
          day,
          native,
          usd,
          currency,
          isCorrection,
          provider: version.provider,
          component: version.component,
          source: 'invoice' as const,
          billingPeriod: [periodStart, periodEnd] as const,
          category: version.kind === 'credit' ? ('Credit' as const) : ('Purchase' as const),
          description: descriptionOf(version),
          invoiceId: version.invoiceNumber,
          adjustmentId: version.id,
        },
      ];
    });
}

function descriptionOf({ action, kind, provider, invoiceNumber, version }: Adjustment): string {
  const number = invoiceNumber === null ? '' : ` ${invoiceNumber}`;
  const what = `${kind === 'credit' ? 'Credit' : 'Invoice'}${number} of ${provider}`;
  return action === 'entry' ? what : `${action === 'void' ? 'Void' : 'Correction'} (version ${version}): ${what}`;
}

/** The billing period of a charge that no invoice states: its calendar month. */
export function calendarPeriod(day: string): readonly [string, string] {
  return [monthStart(day), nextMonthStart(day)];
}

function categoryOf(provider: string): string {
  return (isCollectorName(provider) ? PROVIDERS[provider].cost?.focusCategory : undefined) ?? 'Other';
}

export function focusRow(charge: Charge): Cell[] {
  const { day, provider, component, native, usd, source } = charge;
  const cost = formatMicros(native);
  const title = titleOf(provider);
  return [
    cost,
    cost,
    cost,
    cost,
    charge.currency,
    instant(charge.billingPeriod[0]),
    instant(charge.billingPeriod[1]),
    instant(day),
    instant(addDays(day, 1)),
    charge.category,
    charge.isCorrection ? 'Correction' : null,
    free(charge.description),
    charge.category === 'Usage' ? 'Usage-Based' : 'Recurring',
    free(title),
    free(title),
    free(title),
    free(title),
    free(charge.invoiceId),
    free(provider),
    free(title),
    null,
    null,
    free(component === 'all' ? title : `${title} ${component}`),
    categoryOf(provider),
    source,
    usd === null ? null : formatMicros(usd),
    free(component),
    charge.adjustmentId,
  ];
}

function instant(day: string): string {
  return `${day}T00:00:00Z`;
}
