import type { CollectContext, Day, Warning } from '../contract.ts';
import { CollectorError } from '../errors.ts';
import { spreadCentsOverDays, spreadEvenly } from '../../money/allocation.ts';
import { addDays, daysBetween, daysOf, monthStart, nextMonthStart } from '../../money/days.ts';
import { microsToCents, MICROS_PER_CENT, parseMicros, sumMicros, type Micros } from '../../money/micros.ts';
import { coveredDay, monthToDateDays, type MonthToDateReading } from '../../money/month-to-date.ts';
import { INSIGHT_DAYS, type DigitalOceanClient } from './client.ts';
import type { DayCost, InvoicedMonth, Reading } from './data.ts';
import { noParts, partsByDay, type Parts, type ProductLines } from './split.ts';

/**
 * The costs of `days` by billing insights. A day without a data point is a real zero only when a later day has one;
 * past the newest data point nothing is known yet.
 */
export async function insightCosts(
  client: DigitalOceanClient,
  context: CollectContext,
  urn: string,
  lines: ProductLines,
): Promise<DayCost[]> {
  const wanted = new Set(context.days);
  const known = new Map<Day, Parts>();
  let newest = '';
  for (const { start, end } of stretches(context.days)) {
    const points = await client.insights(context, urn, start, end);
    for (const point of points) if (point.start_date > newest) newest = point.start_date;
    for (const [day, parts] of partsByDay(points, lines)) if (wanted.has(day)) known.set(day, parts);
  }
  return context.days.filter((day) => day <= newest).map((day) => ({ day, parts: known.get(day) ?? noParts() }));
}

/** Cuts days (oldest first) into stretches that one request for insights may span. */
export function stretches(days: readonly Day[]): { start: Day; end: Day }[] {
  const result: { start: Day; end: Day }[] = [];
  for (const day of days) {
    const last = result.at(-1);
    if (last !== undefined && daysBetween(last.start, day) < INSIGHT_DAYS) last.end = day;
    else result.push({ start: day, end: day });
  }
  return result;
}

export async function readBalance(client: DigitalOceanClient, context: CollectContext): Promise<Reading> {
  const balance = await client.balance(context);
  return { day: coveredDay(balance.generated_at), amount: balance.month_to_date_usage, at: balance.generated_at };
}

/** The reading before `day`, as an earlier run stored it. */
export async function previousReading(
  { db }: Pick<CollectContext, 'db'>,
  day: Day,
): Promise<MonthToDateReading | undefined> {
  const { rows } = await db.query<{ day: string; amount: string }>(
    `SELECT recorded_at::text AS day, month_to_date_usd::text AS amount FROM do_metrics
     WHERE month_to_date_usd IS NOT NULL AND recorded_at < $1 AND NOT demo ORDER BY recorded_at DESC LIMIT 1`,
    [day],
  );
  const row = rows[0];
  return row === undefined ? undefined : { day: row.day, amount: parseMicros(row.amount) };
}

/**
 * The days that the new reading adds. Where insights answer, it only fills days that they do not have yet, and
 * only when it fills them alone.
 */
export function readingCosts(
  reading: Reading,
  previous: MonthToDateReading | undefined,
  known: ReadonlySet<Day> | undefined,
): DayCost[] {
  if (known !== undefined && previous === undefined) return [];
  const days = monthToDateDays(previous, reading);
  if (known !== undefined && [...days.keys()].some((day) => known.has(day))) return [];
  return [...days].map(([day, total]) => ({ day, total }));
}

/**
 * The issued invoices of closed months that are not stored yet, the newest closed month always. The running
 * month's invoice is a preview and no invoice.
 */
export async function invoicedMonths(
  client: DigitalOceanClient,
  context: CollectContext,
  backfillDays: number,
): Promise<{ months: InvoicedMonth[]; warnings: Warning[] }> {
  const oldest = monthStart(addDays(context.today, -backfillDays));
  const lastClosed = monthStart(addDays(monthStart(context.today), -1));
  const stored = await storedInvoiceMonths(context, oldest);
  const byMonth = Map.groupBy(await client.invoices(context), (invoice) => `${invoice.invoice_period}-01`);
  const wanted = [...byMonth].filter(
    ([month]) => month >= oldest && month <= lastClosed && (month === lastClosed || !stored.has(month)),
  );
  const months: InvoicedMonth[] = [];
  const warnings: Warning[] = [];
  for (const [month, invoices] of wanted.sort(([a], [b]) => (a < b ? -1 : 1))) {
    const summaries = [];
    for (const invoice of invoices) {
      const summary = await client.invoiceSummary(context, invoice.invoice_uuid);
      if (`${summary.billing_period}-01` !== month)
        throw new CollectorError(
          'bad_payload',
          'bad_response',
          `DigitalOcean answered the invoice of ${month.slice(0, 7)} with one of ${summary.billing_period}`,
        );
      const parts = summary.product_charges + summary.overages + summary.taxes + summary.credits_and_adjustments;
      if (parts !== summary.amount)
        warnings.push({
          code: 'invoice_parts_differ',
          message: `The parts of DigitalOcean's invoice of ${month.slice(0, 7)} do not add up to its total; the total without tax counts.`,
        });
      summaries.push(summary);
    }
    months.push({
      month,
      cost: sumMicros(summaries.map((summary) => summary.amount - summary.taxes)),
      tax: sumMicros(summaries.map((summary) => summary.taxes)),
      credits: sumMicros(summaries.map((summary) => summary.credits_and_adjustments)),
      invoices: summaries.length,
    });
  }
  return { months, warnings };
}

/** An invoiced month by day; the days sum to the invoice exactly. */
export function invoiceDays({ month, cost }: InvoicedMonth): Map<Day, Micros> {
  const end = nextMonthStart(month);
  if (cost % MICROS_PER_CENT === 0n) return spreadCentsOverDays(microsToCents(cost), month, end);
  const days = daysOf(month, end);
  const parts = spreadEvenly(cost, days.length);
  return new Map(days.map((day, index) => [day, parts[index] ?? 0n]));
}

async function storedInvoiceMonths({ db }: Pick<CollectContext, 'db'>, oldest: Day): Promise<ReadonlySet<Day>> {
  const { rows } = await db.query<{ month: string }>(
    `SELECT DISTINCT date_trunc('month', day)::date::text AS month FROM component_costs
     WHERE provider = 'digital_ocean' AND source = 'api_invoice' AND day >= $1`,
    [oldest],
  );
  return new Set(rows.map(({ month }) => month));
}
