import { addDays } from '../../money/days.ts';
import type { Queryable } from '../../database/queryable.ts';
import type { Day, Stored } from '../contract.ts';
import type { StripeData } from './data.ts';
import { firstShownDay, isComplete, storeHistory, type History } from './history.ts';
import { storeCash } from './store-cash.ts';
import { storeLines } from './store-lines.ts';
import { storeSnapshot } from './store-snapshot.ts';
import { recomputeRevenue } from './store-revenue.ts';

/**
 * Stores the snapshot for `day` and, provisionally, for today; lines and cash; then the figures of every day that
 * they touch. Other days are left alone: MRR of the past is never rebuilt. Inside the runner's transaction.
 */
export async function storeStripe(tx: Queryable, day: Day, data: StripeData): Promise<Stored> {
  const { today } = data;
  let rows = await storeSnapshot(tx, day, data.snapshot, data.asOf, false);
  if (today !== day) rows += await storeSnapshot(tx, today, data.snapshot, data.asOf, true);
  const lines = await storeLines(tx, data);
  const cash = await storeCash(tx, data.cash);
  rows += lines.rows + cash.rows;
  await storeHistory(tx, 'invoices', data.invoiceHistory);
  await storeHistory(tx, 'balance_transactions', data.cashHistory);
  // Until all that reaches into a day has been read, its revenue is not known: NULL, not a part of it.
  if (isComplete(data.invoiceHistory) && isComplete(data.cashHistory)) {
    const days = await daysToCompute(tx, day, today, data.cashHistory, [...lines.touched, ...cash.touched]);
    rows += await recomputeRevenue(tx, days, today);
  }
  return { rows };
}

/** The last days, any gap since the last run, and what changed: none before the history begins, none in the future. */
async function daysToCompute(
  tx: Queryable,
  day: Day,
  today: Day,
  { targetFrom }: History,
  touched: readonly { start: Day; end: Day }[],
): Promise<Day[]> {
  const known = await tx.query<{ last: string | null; first: string | null }>(
    `SELECT (SELECT max(day)::text FROM revenue_daily WHERE recognised_usd IS NOT NULL AND NOT demo) AS last,
       least((SELECT min(period_start) FROM stripe_revenue_lines),
         (SELECT min(day) FROM stripe_balance_transactions))::text AS first`,
  );
  const begin = new Date(targetFrom * 1000).toISOString().slice(0, 10);
  const earliest = begin < firstShownDay(today) ? begin : firstShownDay(today);
  const from = known.rows[0]?.last ?? known.rows[0]?.first ?? day;
  const days = new Set<Day>();
  const addRange = (start: Day, end: Day): void => {
    for (let one = start < earliest ? earliest : start; one < end && one <= today; one = addDays(one, 1)) days.add(one);
  };
  addRange(from < day ? from : day, addDays(today, 1));
  for (const { start, end } of distinct(touched)) addRange(start, end);
  return [...days].sort();
}

function distinct(ranges: readonly { start: Day; end: Day }[]): Iterable<{ start: Day; end: Day }> {
  return new Map(ranges.map((range) => [`${range.start}${range.end}`, range])).values();
}
