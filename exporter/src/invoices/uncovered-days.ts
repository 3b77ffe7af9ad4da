import {
  addDays,
  addMonths,
  daysBetween,
  daysInMonth,
  monthStart,
  nextMonthStart,
  type Period,
} from '../money/days.ts';

/** What is known of one vendor's invoices. */
export interface Coverage {
  /** Periods that are invoiced, in any order; they may overlap. */
  readonly invoiced: readonly Period[];
  /** Calendar months that the provider itself tells; nothing is asked for in them. */
  readonly told: readonly Period[];
  /** The day from which every day must be invoiced; null for a vendor that may come and go. */
  readonly since: string | null;
}

/** A period that covers this much is a subscription: the days after it are expected to follow. */
const REGULAR_DAYS = 28;
/** Two months in a row; one invoice alone says nothing about the next. */
const TWO_MONTHS_DAYS = 45;
/** Between two regular periods, so much is a missing invoice or two and no pause. */
const MAX_HOLE_DAYS = 62;

/**
 * The stretches of days for which an invoice is missing, at most a month each, oldest first. A stretch is named as the
 * vendor bills: after 9 June–9 July it is 9 July–9 August, and it is missing when 9 August is over. Days are expected
 * from `since`, else while the vendor was invoiced in two of the three months before. Pure.
 *
 * @param today months before the month of this day are closed
 */
export function uncoveredStretches({ invoiced, told, since }: Coverage, today: string): Period[] {
  const invoices = merged(invoiced);
  const runs = merged([...invoiced, ...told]);
  const first = since ?? invoices[0]?.from;
  if (first === undefined) return [];
  const stretches: Period[] = [];
  let at = first;
  for (const [index, run] of [...runs.entries(), [runs.length, undefined] as const]) {
    const before = runs[index - 1];
    if (run === undefined) stretches.push(...openEnd(at, before, since, today));
    else if (run.from > at) stretches.push(...hole({ from: at, to: run.from }, before, since));
    if (run !== undefined && run.to > at) at = run.to;
  }
  return stretches.filter(
    (stretch) =>
      since !== null ||
      expected(stretch, invoices) ||
      isHole(
        stretch,
        runs.find(({ to }) => to === stretch.from),
        runs.find(({ from }) => from === stretch.to),
      ),
  );
}

/** Between two regular periods. */
function isHole(stretch: Period, before: Period | undefined, after: Period | undefined): boolean {
  return (
    before !== undefined &&
    after !== undefined &&
    isRegular(before) &&
    isRegular(after) &&
    lengthOf(stretch) <= MAX_HOLE_DAYS
  );
}

function hole(gap: Period, before: Period | undefined, since: string | null): Period[] {
  if (since === null && (before === undefined || !isRegular(before))) return wholeMonths(gap);
  const byMonth = gap.from === monthStart(gap.from) || gap.to === monthStart(gap.to);
  return pieces(gap, byMonth);
}

/** After the last period: whole periods of a month that are over. */
function openEnd(from: string, before: Period | undefined, since: string | null, today: string): Period[] {
  const closed = { from, to: monthStart(today) };
  if (before === undefined) return since === null ? [] : pieces(closed, true);
  if (since === null && !isRegular(before)) return wholeMonths(closed);
  return pieces({ from, to: today }, from === monthStart(from)).filter(
    ({ from: start, to }) => to <= today && to === afterMonth(start, from),
  );
}

/** Parts of at most a month: calendar months, or months that begin on the same day as the gap. */
function pieces({ from, to }: Period, byMonth: boolean): Period[] {
  const result: Period[] = [];
  for (let start = from; start < to;) {
    const next = byMonth ? nextMonthStart(start) : afterMonth(start, from);
    const end = next < to ? next : to;
    result.push({ from: start, to: end });
    start = end;
  }
  return result;
}

/** The same day of the next month as `anchor` has, or the last day where the month is shorter. */
function afterMonth(start: string, anchor: string): string {
  const month = addMonths(start, 1);
  return addDays(month, Math.min(Number(anchor.slice(8)), daysInMonth(month)) - 1);
}

function wholeMonths({ from, to }: Period): Period[] {
  const start = from === monthStart(from) ? from : nextMonthStart(from);
  return start >= monthStart(to) ? [] : pieces({ from: start, to: monthStart(to) }, true);
}

/** Invoiced in two of the three months before, and not once only. */
function expected({ from }: Period, invoices: readonly Period[]): boolean {
  const last = monthStart(addDays(from, -1));
  const months = [addMonths(last, -2), addMonths(last, -1), last];
  const touched = months.filter((month) => invoices.some((one) => one.from < addMonths(month, 1) && one.to > month));
  const recent = invoices.filter((one) => one.to > addMonths(last, -2) && one.from < from);
  return touched.length >= 2 && (recent.length >= 2 || recent.some((one) => lengthOf(one) >= TWO_MONTHS_DAYS));
}

function isRegular(run: Period): boolean {
  return lengthOf(run) >= REGULAR_DAYS;
}

function lengthOf({ from, to }: Period): number {
  return daysBetween(from, to);
}

/** Periods that touch or overlap become one, in order. */
export function merged(periods: readonly Period[]): Period[] {
  const result: Period[] = [];
  for (const period of periods.toSorted((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0))) {
    const last = result.at(-1);
    if (last === undefined || period.from > last.to) result.push(period);
    else if (period.to > last.to) result[result.length - 1] = { from: last.from, to: period.to };
  }
  return result;
}
