import type { Queryable } from '../../../database/queryable.ts';
import { dayOf } from '../../../money/days.ts';
import type { Day } from '../../contract.ts';
import { touchSince } from './days-to-compute.ts';
import { countPending } from './pending.ts';
import { isComplete, loadState, saveState, type HistoryName } from './state.ts';

/**
 * Notes that figures from this list are complete as far as it was read, once nothing of it is pending, and has the
 * days computed that were not known before.
 */
export async function settle(tx: Queryable, list: HistoryName, today: Day): Promise<void> {
  const state = await loadState(tx, list);
  if (state === undefined || !isComplete(state) || state.readAt === undefined || state.readAt === state.settledAt)
    return;
  if ((await countPending(tx, list)) > 0) return;
  const since = state.settledAt === undefined ? undefined : dayOf(new Date(state.settledAt * 1000));
  await touchSince(tx, since, today);
  await saveState(tx, list, { ...state, settledAt: state.readAt });
}
