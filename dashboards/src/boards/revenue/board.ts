import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  AnnotationPanelFilterBuilder,
  QueryVariableBuilder,
  TextBoxVariableBuilder,
  VariableRefresh,
  type DashboardBuilder,
  type Panel,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { annotation, boardFrame } from '../../board-frame.ts';
import { withPanels } from '../../board-notice.ts';
import { MARGINBOARD } from '../../panel-parts.ts';
import { counted, OPENS_AT, shownRange, TWELVE_COHORTS, TWO_DAYS } from '../../picked-days.ts';
import type { Texts } from '../../texts/texts.ts';
import { billedAndCash, takenBack } from './billed-and-cash.ts';
import { churnByMonth, retentionByMonth } from './churn-and-retention.ts';
import { cohortCustomers, cohortMrr } from './cohorts.ts';
import { largestMovements } from './largest-movements.ts';
import { movementsByMonth } from './movements-by-month.ts';
import { mrrBridge } from './mrr-bridge.ts';
import { mrrByCurrency } from './mrr-by-currency.ts';
import { mrrByPlan } from './mrr-by-plan.ts';
import { deferredRevenue, mrrAtRisk, mrrByDay } from './mrr-lines.ts';
import { revenueNow } from './revenue-now.ts';

const MRR_BY_DAY = 6;

/** The board that answers: why did MRR move, and who stays? */
export function revenue(t: Texts): DashboardBuilder {
  const panels: Builder<Panel>[] = [
    revenueNow(t, 1, { x: 0, y: 0, w: 24, h: 4 }),
    movementsByMonth(t, 2, { x: 0, y: 4, w: 13, h: 10 }),
    mrrBridge(t, 3, { x: 13, y: 4, w: 11, h: 10 }),
    largestMovements(t, 4, { x: 0, y: 14, w: 13, h: 11 }),
    mrrByPlan(t, 5, { x: 13, y: 14, w: 11, h: 11 }),
    mrrByDay(t, MRR_BY_DAY, { x: 0, y: 25, w: 13, h: 9 }),
    mrrAtRisk(t, 7, { x: 13, y: 25, w: 11, h: 9 }),
    churnByMonth(t, 8, { x: 0, y: 34, w: 13, h: 9 }),
    retentionByMonth(t, 9, { x: 13, y: 34, w: 11, h: 9 }),
    cohortMrr(t, 10, { x: 0, y: 43, w: 24, h: 14 }),
    cohortCustomers(t, 11, { x: 0, y: 57, w: 24, h: 14 }),
    billedAndCash(t, 12, { x: 0, y: 71, w: 13, h: 9 }),
    takenBack(t, 13, { x: 13, y: 71, w: 11, h: 9 }),
    deferredRevenue(t, 14, { x: 0, y: 80, w: 13, h: 8 }),
    mrrByCurrency(t, 15, { x: 13, y: 80, w: 11, h: 8 }),
  ];
  const { days, months } = t.shownDays;
  const frame = boardFrame('revenue', t, OPENS_AT.revenue)
    .withVariable(shownRange('cohorts', TWELVE_COHORTS, 'title', { start: counted(months, 12), months }))
    .withVariable(shownRange('currencies', TWO_DAYS, 'title', { start: counted(days, 2), days }))
    .withVariable(listed('month', 'months', t.chosenMonth))
    .withVariable(
      listed('plan', 'plans', t.chosenPlan).includeAll(true).allValue('*').current({ text: 'All', value: '$__all' }),
    )
    .withVariable(new TextBoxVariableBuilder('customer').label(t.chosenCustomer).defaultValue(''))
    .annotation(
      annotation(t.movementsMarked, 'largest_movements', '#F2CC0C', { customer: '$customer' })
        .enable(true)
        .filter(new AnnotationPanelFilterBuilder().ids([MRR_BY_DAY])),
    );
  return withPanels(frame, 'revenue', t, panels);
}

/** A choice of what the data source lists; the first value is chosen at first. */
function listed(name: string, kind: 'months' | 'plans', label: string): QueryVariableBuilder {
  return new QueryVariableBuilder(name)
    .label(label)
    .datasource(MARGINBOARD)
    .query({ kind, refId: name })
    .refresh(VariableRefresh.OnTimeRangeChanged);
}
