import { dayOf } from '../../money/days.ts';
import type { ApiDeps } from '../deps.ts';
import { figureContext, type ContextRequest, type FigureContext } from './context.ts';
import type { ReadContext } from '../reads/cached-reads.ts';

/** The database's time, and the day that it is then. */
export async function presentTime(deps: Pick<ApiDeps, 'clock'>): Promise<{ now: Date; today: string }> {
  const now = await deps.clock.now();
  return { now, today: dayOf(now) };
}

/** Reads the rows of a list and what stands beside them: one after the other, on one connection. */
export async function withContext<Rows>(
  deps: Pick<ApiDeps, 'collectors'>,
  moment: ReadContext,
  request: ContextRequest,
  readRows: () => Promise<Rows>,
): Promise<{ rows: Rows; context: FigureContext }> {
  const context = await figureContext(deps, moment, request);
  return { rows: await readRows(), context };
}
