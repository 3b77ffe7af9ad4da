import type { DashboardBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { boardFrame, choice } from '../../board-frame.ts';
import { withPanels } from '../../board-notice.ts';
import { COSTS_API_DEFAULT, COSTS_SIX_MONTHS, counted, OPENS_AT, shownRange } from '../../picked-days.ts';
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
    costByDay(t, 1, { x: 0, y: 0, w: 9, h: 10 }),
    coverage(t, 2, { x: 9, y: 0, w: 7, h: 10 }),
    missingInvoices(t, 3, { x: 16, y: 0, w: 8, h: 7 }),
    mailsWaiting(t, 8, { x: 16, y: 7, w: 8, h: 3 }),
    reconciliation(t, 4, { x: 0, y: 10, w: 24, h: 10 }),
    costSources(t, 5, { x: 0, y: 20, w: 24, h: 12 }),
    sourcesByDay(t, 6, { x: 0, y: 32, w: 24, h: 10 }),
    cacheByModel(t, 7, { x: 0, y: 42, w: 24, h: 10 }),
  ];
  const { days, months, since } = t.shownDays;
  const frame = boardFrame('costs', t, OPENS_AT.costs)
    .withVariable(choice(t, 'provider'))
    .withVariable(shownRange('months', COSTS_SIX_MONTHS, 'title', { start: counted(months, 6), months }))
    .withVariable(shownRange('summary', COSTS_API_DEFAULT, 'title', { start: counted(months, 6), since }))
    .withVariable(shownRange('missing', COSTS_API_DEFAULT, 'title', { start: counted(months, 12), days }));
  return withPanels(frame, 'costs', t, panels);
}
