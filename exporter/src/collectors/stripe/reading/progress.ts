import type { Queryable } from '../../../database/queryable.ts';
import type { Progress } from '../../progress.ts';
import { countPending } from './pending.ts';
import { store, type HistoryReader } from './read-list.ts';
import { isComplete, loadState, NOT_BEGUN, type HistoryName, type ReadState } from './state.ts';

const PAGE = 100;

/** What was read of the history and what is left, by all that is known of it; `requestsOfRun` is the pace. */
export async function measureProgress(
  db: Queryable,
  lists: readonly HistoryName[],
  requestsOfRun: number,
): Promise<Progress> {
  let done = 0;
  let left = 0;
  let requestsLeft = 0;
  for (const list of lists) {
    const state = await loadState(db, list);
    const pending = await countPending(db, list);
    const objects = objectsOf(state);
    done += Math.max(0, objects.done - pending);
    left += pending + objects.left;
    requestsLeft += pending + Math.ceil(objects.left / PAGE);
  }
  if (left === 0) return { percent: 100, runsLeft: 0 };
  return {
    percent: Math.min(99, Math.floor((100 * done) / (done + left))),
    runsLeft: requestsOfRun === 0 ? undefined : Math.max(1, Math.ceil(requestsLeft / requestsOfRun)),
  };
}

/**
 * Stripe tells no totals: the objects that are left follow from the time that is left, at the density of what was read.
 * A list that may not be read has none.
 */
function objectsOf(state: ReadState | undefined): { done: number; left: number } {
  if (state === undefined) return { done: 0, left: PAGE };
  const done = state.objects;
  const unfinished = state.pass === undefined ? 0 : PAGE;
  if (state.unreadable !== undefined) return { done, left: 0 };
  if (isComplete(state)) return { done, left: unfinished };
  if (state.readFrom === NOT_BEGUN) return { done: 0, left: PAGE };
  const read = Math.max(1, state.readTo - state.readFrom);
  const wanted = Math.max(1, state.readFrom - state.targetFrom);
  return { done, left: Math.max(1, Math.ceil((done * wanted) / read)) + unfinished };
}

export function storeProgress(
  reader: Pick<HistoryReader, 'context'>,
  { percent, runsLeft }: Progress,
  now: Date,
): Promise<void> {
  return store(reader, async (tx) => {
    await tx.query(
      `INSERT INTO stripe_progress AS p (percent, runs_left, at) VALUES ($1, $2, $3)
       ON CONFLICT (single) DO UPDATE SET percent = excluded.percent, runs_left = excluded.runs_left, at = excluded.at
       WHERE (p.percent, p.runs_left) IS DISTINCT FROM (excluded.percent, excluded.runs_left)`,
      [percent, runsLeft ?? null, now],
    );
    return { rows: 0 };
  });
}

/** As the last run left it; undefined before the first. */
export async function loadProgress(db: Queryable): Promise<Progress | undefined> {
  const { rows } = await db.query<{ percent: number; runs_left: number | null }>(
    'SELECT percent, runs_left FROM stripe_progress',
  );
  return rows[0] && { percent: rows[0].percent, runsLeft: rows[0].runs_left ?? undefined };
}
