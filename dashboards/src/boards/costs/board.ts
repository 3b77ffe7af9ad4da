import type { DashboardBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { boardFrame, choice } from '../../board-frame.ts';
import { withPanels } from '../../board-notice.ts';
import type { Texts } from '../../texts/texts.ts';
import { cacheByModel } from './cache-by-model.ts';
import { costByDay } from './cost-by-day.ts';
import { costSources } from './cost-sources.ts';
import { coverage } from './coverage.ts';
import { mailsWaiting } from './mails-waiting.ts';
import { missingInvoices } from './missing-invoices.ts';
import { reconciliation } from './reconciliation.ts';
import { sourcesByDay } from './sources-by-day.ts';

/** What every cost is based on. */
export function costs(t: Texts): DashboardBuilder {
  const panels = [
    costByDay(t, 1, { x: 0, y: 0, w: 12, h: 10 }),
    coverage(t, 2, { x: 12, y: 0, w: 6, h: 10 }),
    missingInvoices(t, 3, { x: 18, y: 0, w: 6, h: 7 }),
    mailsWaiting(t, 8, { x: 18, y: 7, w: 6, h: 3 }),
    reconciliation(t, 4, { x: 0, y: 10, w: 24, h: 10 }),
    costSources(t, 5, { x: 0, y: 20, w: 24, h: 12 }),
    sourcesByDay(t, 6, { x: 0, y: 32, w: 24, h: 10 }),
    cacheByModel(t, 7, { x: 0, y: 42, w: 24, h: 10 }),
  ];
  const frame = boardFrame('costs', t, 'now-90d').withVariable(choice(t, 'provider', 'providers'));
  return withPanels(frame, 'costs', t, panels);
}
