import { addMonths } from '../../money/days.ts';
import type { Queryable } from '../../database/queryable.ts';

/** How far one of Stripe's lists has been read; times are Unix seconds of the objects' creation. */
export interface History {
  readonly readFrom: number;
  readonly readTo: number;
  readonly targetFrom: number;
}

export type HistoryList = 'invoices' | 'balance_transactions';

/** Months of complete days that a new installation shows, and how much further back an invoice may reach into them. */
const MONTHS_SHOWN = 13;
const MAX_INVOICE_MONTHS = 12;

/** Objects may appear in a list a little late, so the last days are read again. */
const OVERLAP_SECONDS = 3 * 86_400;

/** The first day whose revenue is shown. */
export function firstShownDay(today: string): string {
  return addMonths(today, -MONTHS_SHOWN);
}

export function targetOf(list: HistoryList, today: string): number {
  const start = list === 'invoices' ? addMonths(today, -(MONTHS_SHOWN + MAX_INVOICE_MONTHS)) : firstShownDay(today);
  return Date.parse(`${start}T00:00:00Z`) / 1000;
}

export async function loadHistory(db: Queryable, list: HistoryList): Promise<History | undefined> {
  const result = await db.query<{ read_from: string; read_to: string; target_from: string }>(
    `SELECT extract(epoch FROM read_from)::bigint AS read_from, extract(epoch FROM read_to)::bigint AS read_to,
      extract(epoch FROM target_from)::bigint AS target_from FROM stripe_history WHERE list = $1`,
    [list],
  );
  const row = result.rows[0];
  return row === undefined
    ? undefined
    : { readFrom: Number(row.read_from), readTo: Number(row.read_to), targetFrom: Number(row.target_from) };
}

export function isComplete({ readFrom, targetFrom }: History): boolean {
  return readFrom <= targetFrom;
}

export interface Window {
  readonly gte: number;
  readonly lte?: number;
}

/** What is new since the last run. */
export function newWindow({ readTo }: History): Window {
  return { gte: Math.max(0, readTo - OVERLAP_SECONDS) };
}

/** What is still missing of the past, newest first; undefined when nothing is. */
export function oldWindow(history: History): Window | undefined {
  return isComplete(history) ? undefined : { gte: history.targetFrom, lte: history.readFrom };
}

/** Bookkeeping, not counted among the rows of a run. */
export function storeHistory(tx: Queryable, list: HistoryList, history: History): Promise<unknown> {
  return tx.query(
    `INSERT INTO stripe_history AS h (list, read_from, read_to, target_from)
      VALUES ($1, to_timestamp($2), to_timestamp($3), to_timestamp($4))
     ON CONFLICT (list) DO UPDATE SET read_from = excluded.read_from, read_to = excluded.read_to,
       target_from = excluded.target_from
     WHERE (h.read_from, h.read_to, h.target_from)
       IS DISTINCT FROM (excluded.read_from, excluded.read_to, excluded.target_from)`,
    [list, history.readFrom, history.readTo, history.targetFrom],
  );
}
