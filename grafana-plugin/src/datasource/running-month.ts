import { dayOf, monthOf } from '../shared/days.ts';
import type { Row } from './vendor-columns.ts';

/** Costs of closed months apart from that of the running one, which is partial and must not look like a fall. */
export const RUNNING_MONTH_FIELDS = { closedCostUsd: 'usd', runningCostUsd: 'usd' } as const;

export function splitRunningMonth(row: Row, nowMs: number): Row {
  const running = row['month'] === monthOf(dayOf(nowMs));
  return { ...row, [running ? 'runningCostUsd' : 'closedCostUsd']: row['costUsd'] };
}
