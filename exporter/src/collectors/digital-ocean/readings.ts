import type { CollectContext, Day, Warning } from '../contract.ts';
import { addDays, dayOf, monthStart } from '../../money/days.ts';
import { formatMicros, parseMicros } from '../../money/micros.ts';
import { daysOfReadings, type CounterReading } from '../../money/month-to-date.ts';
import type { DayCost, Reading } from './data.ts';

/** Days of a new month on which the counter may still show the old one. */
const DAYS_TO_RESET = 3;

interface StoredReading extends CounterReading {
  readonly month: Day;
}

/**
 * The days of this and the previous month by their readings of `month_to_date_usage`, without those that `known` or
 * an earlier run have from insights. `reading` is null where it cannot be used: the counter still shows the old month.
 */
export async function readingCosts(
  context: Pick<CollectContext, 'db' | 'today'>,
  reading: Reading | null,
  known: ReadonlySet<Day>,
): Promise<{ costs: DayCost[]; reading: Reading | null; warnings: Warning[] }> {
  const since = monthStart(addDays(monthStart(context.today), -1));
  const stored = (await storedReadings(context, since)).filter(({ at }) => at.getTime() !== reading?.at.getTime());
  const warnings: Warning[] = [];
  let used = reading;
  if (reading !== null && isNotReset(reading, stored)) {
    used = null;
    warnings.push({
      code: 'counter_not_reset',
      message: `DigitalOcean's month-to-date usage of ${formatMicros(reading.amount)} still belongs to the old month; the days of the new one wait until it starts again.`,
    });
  }
  const readings = used === null ? stored : [...stored, { ...used, month: monthStart(used.day) }];
  if (used !== null && hasFallen(used, stored))
    warnings.push({
      code: 'counter_fell',
      message: `DigitalOcean's month-to-date usage fell to ${formatMicros(used.amount)}: a credit or a correction. No day is charged for it; the days go on once it has passed the earlier reading, and the invoice has the credit.`,
    });
  const insights = new Set([...known, ...(await daysWithParts(context, since))]);
  const costs = [...Map.groupBy(readings, ({ month }) => month)].flatMap(([month, all]) =>
    daysOfReadings(all, month)
      .filter(({ day, basis }) => !insights.has(day) && basis.every((other) => other === day || !insights.has(other)))
      .map(({ day, amount }) => ({ day, total: amount })),
  );
  return { costs, reading: used, warnings };
}

/** In the first days of a month, as much as the old month had at last cannot be new usage. */
function isNotReset(reading: Reading, stored: readonly StoredReading[]): boolean {
  const month = monthStart(reading.day);
  if (reading.day > addDays(month, DAYS_TO_RESET - 1) || stored.some((one) => one.month === month)) return false;
  const old = stored.reduce((most, { amount }) => (amount > most ? amount : most), 0n);
  return old > 0n && reading.amount >= old;
}

function hasFallen(reading: Reading, stored: readonly StoredReading[]): boolean {
  const month = monthStart(reading.day);
  return stored.some((one) => one.month === month && one.at < reading.at && one.amount > reading.amount);
}

async function storedReadings({ db }: Pick<CollectContext, 'db'>, since: Day): Promise<StoredReading[]> {
  const { rows } = await db.query<{ day: string; amount: string; at: Date | null }>(
    `SELECT recorded_at::text AS day, month_to_date_usd::text AS amount, month_to_date_at AS at FROM do_metrics
     WHERE month_to_date_usd IS NOT NULL AND recorded_at >= $1::date AND NOT demo ORDER BY recorded_at`,
    [since],
  );
  return rows.map(({ day, amount, at }) => ({
    month: monthStart(day),
    amount: parseMicros(amount),
    // A reading without its time stands for the end of its day.
    at: at !== null && dayOf(at) >= day ? at : new Date(`${day}T23:59:00Z`),
  }));
}

async function daysWithParts({ db }: Pick<CollectContext, 'db'>, since: Day): Promise<Day[]> {
  const { rows } = await db.query<{ day: string }>(
    `SELECT recorded_at::text AS day FROM do_metrics
     WHERE app_platform_usd IS NOT NULL AND recorded_at >= $1::date AND NOT demo`,
    [since],
  );
  return rows.map(({ day }) => day);
}
