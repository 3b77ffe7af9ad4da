import type { DashboardBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { boardFrame } from '../../board-frame.ts';
import { withPanels } from '../../board-notice.ts';
import type { Texts } from '../../texts/texts.ts';
import { age } from './age.ts';
import { alerts } from './alerts.ts';
import { collectors } from './collectors.ts';
import { databaseUp } from './database-up.ts';
import { diskFree } from './disk-free.ts';
import { failedRuns } from './failed-runs.ts';
import { lastRuns } from './last-runs.ts';
import { runLines } from './run-lines.ts';
import { snapshotAge } from './snapshot-age.ts';
import { syncLog } from './sync-log.ts';

/** Are the collectors running, and how old is what they read? */
export function health(t: Texts): DashboardBuilder {
  const panels = [
    collectors(t, 1, { x: 0, y: 0, w: 24, h: 13 }),
    alerts(t, 5, { x: 0, y: 13, w: 14, h: 8 }),
    age(t, 'dataAge', 4, { x: 14, y: 13, w: 5, h: 8 }),
    age(t, 'runAge', 10, { x: 19, y: 13, w: 5, h: 8 }),
    lastRuns(t, 11, { x: 0, y: 21, w: 19, h: 9 }),
    databaseUp(t, 2, { x: 19, y: 21, w: 5, h: 3 }),
    snapshotAge(t, 3, { x: 19, y: 24, w: 5, h: 3 }),
    diskFree(t, 12, { x: 19, y: 27, w: 5, h: 3 }),
    syncLog(t, 6, { x: 0, y: 30, w: 24, h: 12 }),
    runLines(t, 'durations', 7, { x: 0, y: 42, w: 7, h: 9 }),
    failedRuns(t, 8, { x: 7, y: 42, w: 10, h: 9 }),
    runLines(t, 'upstream', 9, { x: 17, y: 42, w: 7, h: 9 }),
  ];
  return withPanels(boardFrame('health', t, 'now-7d'), 'health', t, panels);
}
