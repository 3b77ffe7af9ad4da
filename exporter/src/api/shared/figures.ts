import { dayOf } from '../../money/days.ts';
import type { ApiDeps } from '../deps.ts';
import { figureContext, type FigureContext } from './context.ts';
import type { Period } from './period.ts';

/** The database's time, and the day that it is then. */
export async function presentTime(deps: Pick<ApiDeps, 'clock'>): Promise<{ now: Date; today: string }> {
  const now = await deps.clock.now();
  return { now, today: dayOf(now) };
}

/** Reads the rows of a list and what stands beside them, side by side. */
export async function withContext<Rows>(
  deps: Pick<ApiDeps, 'readPool' | 'collectors'>,
  request: Period & { readonly now: Date; readonly today: string; readonly provider?: string | undefined; readonly revenue?: boolean },
  rows: Promise<Rows>,
): Promise<{ rows: Rows; context: FigureContext }> {
  const [found, context] = await Promise.all([rows, figureContext(deps, request)]);
  return { rows: found, context };
}
