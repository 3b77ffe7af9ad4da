import { sharesByDay } from '../invoices/allocate.ts';
import type { Adjustment } from '../invoices/invoice.ts';
import { formatMicros, parseMicros, type Micros } from '../money/micros.ts';
import type { Charge } from './focus.ts';

interface Sum {
  readonly native: Micros;
  readonly usd: Micros | null;
}

/**
 * The charges of one invoice's versions, oldest first: the first version as it was billed; each later one as the
 * difference to the one before it, so that the rows always add up to what counts now. Tax has rows of its own, so that
 * the rows of one invoice number are what is paid. Pure.
 */
export function chargesOfSeries(versions: readonly Adjustment[]): Charge[] {
  return versions.flatMap((version, index) => {
    const before = versions[index - 1];
    if (before === undefined) return changes(undefined, version, version);
    // Another currency or number: what was billed there is taken back, and billed anew here.
    if (before.currency !== version.currency || before.invoiceNumber !== version.invoiceNumber)
      return [...changes(before, undefined, version), ...changes(undefined, version, version)];
    return changes(before, version, version);
  });
}

function changes(before: Adjustment | undefined, after: Adjustment | undefined, version: Adjustment): Charge[] {
  const stated = after ?? before ?? version;
  const base: Charge['category'] = version.kind === 'credit' ? 'Credit' : 'Purchase';
  return [
    ...rows(
      differences(before, after, (invoice) => invoice),
      stated,
      version,
      base,
    ),
    ...rows(differences(before, after, taxOf), stated, version, 'Tax'),
  ];
}

/** The tax as an invoice of its own; that of a credit is negative, however it was typed. Null where there is none. */
function taxOf(invoice: Adjustment): Adjustment | null {
  if (invoice.taxAmount === null) return null;
  const tax = parseMicros(invoice.taxAmount);
  if (tax === 0n) return null;
  return { ...invoice, amount: formatMicros(invoice.kind === 'credit' && tax > 0n ? -tax : tax), amountUsd: null };
}

function differences(
  before: Adjustment | undefined,
  after: Adjustment | undefined,
  part: (invoice: Adjustment) => Adjustment | null,
): Map<string, Sum> {
  const days = new Map<string, Sum>();
  const add = (stated: Adjustment | undefined, sign: bigint): void => {
    const invoice = stated === undefined || stated.action === 'void' ? null : part(stated);
    if (invoice === null) return;
    for (const { day, native, usd } of sharesByDay(invoice)) {
      const sum = days.get(day) ?? { native: 0n, usd: null };
      days.set(day, { native: sum.native + sign * native, usd: usd === null ? sum.usd : (sum.usd ?? 0n) + sign * usd });
    }
  };
  add(before, -1n);
  add(after, 1n);
  return days;
}

function rows(
  days: ReadonlyMap<string, Sum>,
  { periodStart, periodEnd, currency, invoiceNumber }: Adjustment,
  version: Adjustment,
  category: Charge['category'],
): Charge[] {
  const isLater = version.version > 1;
  return [...days]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([day, { native, usd }]) =>
      isLater && native === 0n && (usd ?? 0n) === 0n
        ? []
        : [
            {
              day,
              native,
              usd,
              currency,
              category,
              // Within the open billing period the amount of the period itself changes.
              isCorrection: isLater && version.createdAt.slice(0, 10) >= periodEnd,
              provider: version.provider,
              component: version.component,
              source: 'invoice' as const,
              billingPeriod: [periodStart, periodEnd] as const,
              description: descriptionOf(version, category),
              invoiceId: invoiceNumber,
              adjustmentId: version.id,
              consumed: null,
            },
          ],
    );
}

function descriptionOf(
  { action, kind, provider, invoiceNumber, version }: Adjustment,
  category: Charge['category'],
): string {
  const number = invoiceNumber === null ? '' : ` ${invoiceNumber}`;
  const invoice = `${kind === 'credit' ? 'Credit' : 'Invoice'}${number} of ${provider}`;
  const what = category === 'Tax' ? `Tax of ${invoice}` : invoice;
  return action === 'entry' ? what : `${action === 'void' ? 'Void' : 'Correction'} (version ${version}): ${what}`;
}
