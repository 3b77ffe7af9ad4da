import { z } from 'zod';
import { PERIOD_RULES, type PeriodRule } from '../contract/inbox.ts';
import type { ProposedStatement } from '../contract/imports.ts';
import { vendorKey } from '../invoices/names.ts';
import { addDays, addMonths, daysBetween, daysInMonth, monthStart, nextMonthStart } from '../money/days.ts';
import type { Proposal } from './proposal.ts';

export const correctionSchema = z.object({
  provider: z.string().optional(),
  component: z.string().nullable().optional(),
  /** What the document seemed to say, and what it meant. */
  currency: z.object({ read: z.string().nullable(), means: z.string() }).optional(),
  period: z.enum(PERIOD_RULES).optional(),
  /** The length of the period that was read and corrected; null where none was read. */
  periodMonths: z.int().nullable().optional(),
});

/** What an administrator corrected in a vendor's invoices the last time. */
export type VendorCorrection = z.output<typeof correctionSchema>;

/**
 * Whose invoices a correction is for: the vendor as printed, else the sender's address. `index` is that of the
 * statement.
 */
export function correctionKey(
  { documents, origins }: Pick<Proposal, 'documents' | 'origins'>,
  from: string | null,
  index = 0,
): string | null {
  const document = documents[origins[index]?.document ?? -1];
  const vendor = document?.vendor?.value ?? document?.provider?.value;
  if (vendor !== undefined) return vendorKey(vendor);
  return from === null ? null : `from:${from.toLowerCase()}`;
}

type Period = readonly [start: string, end: string];
type Dated = Pick<ProposedStatement, 'billingDate' | 'periodStart' | 'periodEnd'>;

const RULES: Readonly<Record<PeriodRule, (read: Dated) => Period | undefined>> = {
  billing_month: ({ billingDate: day }) => (day === null ? undefined : [monthStart(day), nextMonthStart(day)]),
  month_before: ({ billingDate: day }) => (day === null ? undefined : [addMonths(day, -1), monthStart(day)]),
  end_inclusive: ({ periodStart: start, periodEnd: end }) =>
    start === null || end === null ? undefined : [start, addDays(end, 1)],
  month_from_billing_date: ({ billingDate: day }) => (day === null ? undefined : [day, monthLater(day)]),
};

/** 31 January to 28 February. */
function monthLater(day: string): string {
  const month = addMonths(day, 1);
  return addDays(month, Math.min(Number(day.slice(8)), daysInMonth(month)) - 1);
}

/** In months, rounded: 12 for a year, 1 for February with or without its last day. Null where an end is unknown. */
function periodMonths({ periodStart, periodEnd }: Dated): number | null {
  if (periodStart === null || periodEnd === null) return null;
  return Math.round(daysBetween(periodStart, periodEnd) / (365.25 / 12));
}

/** A rule learnt from a monthly invoice says nothing about a yearly one. */
function periodFor(read: Dated, { period, periodMonths: learned }: VendorCorrection): Period | undefined {
  const months = periodMonths(read);
  return period === undefined || (months !== null && months !== learned) ? undefined : RULES[period](read);
}

/** The statement with the vendor's correction, and the fields that it changed. Pure. */
export function applyCorrection(
  read: ProposedStatement,
  correction: VendorCorrection,
): { readonly statement: ProposedStatement; readonly changed: readonly string[] } {
  const period = periodFor(read, correction);
  const statement: ProposedStatement = {
    ...read,
    provider: correction.provider ?? read.provider,
    component: correction.component === undefined ? read.component : correction.component,
    currency: correction.currency?.read === read.currency ? correction.currency.means : read.currency,
    periodStart: period?.[0] ?? read.periodStart,
    periodEnd: period?.[1] ?? read.periodEnd,
  };
  const fields = ['provider', 'component', 'currency', 'periodStart', 'periodEnd'] as const;
  return { statement, changed: fields.filter((field) => statement[field] !== read[field]) };
}

/**
 * What is to be remembered after `read` was confirmed as `confirmed`. A field that was confirmed as it was read is
 * forgotten; a period that no rule explains leaves the remembered rule as it is. Pure.
 */
export function learnCorrection(
  read: ProposedStatement,
  confirmed: ProposedStatement,
  known: VendorCorrection = {},
): VendorCorrection {
  const sameProvider =
    read.provider !== null && confirmed.provider !== null && vendorKey(read.provider) === vendorKey(confirmed.provider);
  const period = periodRule(read, confirmed);
  return {
    ...(!sameProvider && confirmed.provider !== null && { provider: confirmed.provider }),
    ...(read.component !== confirmed.component && { component: confirmed.component }),
    ...(read.currency !== confirmed.currency &&
      confirmed.currency !== null && { currency: { read: read.currency, means: confirmed.currency } }),
    ...(period === 'unknown'
      ? known.period !== undefined && { period: known.period, periodMonths: known.periodMonths }
      : period && { period, periodMonths: periodMonths(read) }),
  };
}

function periodRule(read: Dated, confirmed: Dated): PeriodRule | 'unknown' | undefined {
  if (confirmed.periodStart === read.periodStart && confirmed.periodEnd === read.periodEnd) return undefined;
  return (
    PERIOD_RULES.find((rule) => {
      const [start, end] = RULES[rule](read) ?? [];
      return start === confirmed.periodStart && end === confirmed.periodEnd;
    }) ?? 'unknown'
  );
}
