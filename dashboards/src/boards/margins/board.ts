import type { DashboardBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { boardFrame } from '../../board-frame.ts';
import { withPanels } from '../../board-notice.ts';
import { counted, MARGINS_API_DEFAULT, MARGINS_THIRTY_DAYS, OPENS_AT, shownRange } from '../../picked-days.ts';
import type { Texts } from '../../texts/texts.ts';
import { forecastVsBudget } from './forecast-vs-budget.ts';
import { forecast } from './forecast.ts';
import { marginByCustomer } from './margin-by-customer.ts';
import { marginByDay } from './margin-by-day.ts';
import { marginPeriod } from './margin-period.ts';
import { mrr } from './mrr.ts';

/** Margin by day and customer, forecast and budgets. */
export function margins(t: Texts): DashboardBuilder {
  const panels = [
    marginPeriod(t, 1, { x: 0, y: 0, w: 24, h: 4 }),
    marginByDay(t, 2, { x: 0, y: 4, w: 24, h: 9 }),
    marginByCustomer(t, 3, { x: 0, y: 13, w: 24, h: 12 }),
    forecast(t, 4, { x: 0, y: 25, w: 17, h: 10 }),
    forecastVsBudget(t, 5, { x: 17, y: 25, w: 7, h: 10 }),
    mrr(t, 6, { x: 0, y: 35, w: 24, h: 8 }),
  ];
  const { days, since } = t.shownDays;
  const start = counted(days, 30);
  const frame = boardFrame('margins', t, OPENS_AT.margins)
    .withVariable(shownRange('days', MARGINS_THIRTY_DAYS, 'title', { start, days }))
    .withVariable(shownRange('complete', MARGINS_API_DEFAULT, 'title', { start, since }));
  return withPanels(frame, 'margins', t, panels);
}
