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
import { MARGINBOARD } from '../../panel-parts.ts';
import type { Texts } from '../../texts/texts.ts';
import { billedAndCash, takenBack } from './billed-and-cash.ts';
import { cards } from './cards.ts';
import { churnByMonth, retentionByMonth } from './churn-and-retention.ts';
import { cohortCustomers, cohortMrr } from './cohorts.ts';
import { largestMovements } from './largest-movements.ts';
import { movementsByMonth } from './movements-by-month.ts';
import { mrrBridge } from './mrr-bridge.ts';
import { mrrByCurrency } from './mrr-by-currency.ts';
import { mrrByPlan } from './mrr-by-plan.ts';
import { deferredRevenue, mrrAtRisk, mrrByDay } from './mrr-lines.ts';

const MRR_BY_DAY = 11;

/** The board that answers: why did MRR move, and who stays? */
export function revenue(t: Texts): DashboardBuilder {
  const panels: Builder<Panel>[] = [
    ...cards(t, 1, 0),
    movementsByMonth(t, 7, { x: 0, y: 4, w: 13, h: 10 }),
    mrrBridge(t, 8, { x: 13, y: 4, w: 11, h: 10 }),
    largestMovements(t, 9, { x: 0, y: 14, w: 13, h: 11 }),
    mrrByPlan(t, 10, { x: 13, y: 14, w: 11, h: 11 }),
    mrrByDay(t, MRR_BY_DAY, { x: 0, y: 25, w: 13, h: 9 }),
    mrrAtRisk(t, 12, { x: 13, y: 25, w: 11, h: 9 }),
    churnByMonth(t, 13, { x: 0, y: 34, w: 13, h: 9 }),
    retentionByMonth(t, 14, { x: 13, y: 34, w: 11, h: 9 }),
    cohortMrr(t, 15, { x: 0, y: 43, w: 12, h: 12 }),
    cohortCustomers(t, 16, { x: 12, y: 43, w: 12, h: 12 }),
    billedAndCash(t, 17, { x: 0, y: 55, w: 13, h: 9 }),
    takenBack(t, 18, { x: 13, y: 55, w: 11, h: 9 }),
    deferredRevenue(t, 19, { x: 0, y: 64, w: 13, h: 8 }),
    mrrByCurrency(t, 20, { x: 13, y: 64, w: 11, h: 8 }),
  ];
  // Whole months, the running one included.
  const frame = boardFrame('revenue', t, 'now-11M/M')
    .withVariable(listed('month', 'months', t.chosenMonth))
    .withVariable(
      listed('plan', 'plans', t.chosenPlan).includeAll(true).allValue('*').current({ text: 'All', value: '$__all' }),
    )
    .withVariable(new TextBoxVariableBuilder('customer').label(t.chosenCustomer).defaultValue(''))
    .annotation(
      annotation(t.movementsMarked, 'largest_movements', '#F2CC0C')
        .enable(true)
        .filter(new AnnotationPanelFilterBuilder().ids([MRR_BY_DAY])),
    );
  return panels.reduce((board, panel) => board.withPanel(panel), frame);
}

/** A choice of what the data source lists; the first value is chosen at first. */
function listed(name: string, kind: 'months' | 'plans', label: string): QueryVariableBuilder {
  return new QueryVariableBuilder(name)
    .label(label)
    .datasource(MARGINBOARD)
    .query({ kind, refId: name })
    .refresh(VariableRefresh.OnTimeRangeChanged);
}
