import { dayOf } from '../../money/days.ts';
import type { ApiDeps } from '../deps.ts';

/** The database's time and its UTC day. */
export async function presentTime(deps: Pick<ApiDeps, 'clock'>): Promise<{ now: Date; today: string }> {
  const now = await deps.clock.now();
  return { now, today: dayOf(now) };
}
