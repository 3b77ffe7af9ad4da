import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { datasetTable } from '../../dataset-table.ts';
import {
  NO_VALUE,
  ONLY_FOR_LINKS,
  USD,
  WRAPPED,
  prop,
  toBoard,
  withPanelBasics,
  type Place,
} from '../../panel-parts.ts';
import type { Texts } from '../../texts/texts.ts';
import { BELOW_ZERO_IS_RED } from '../margins/below-zero-is-red.ts';
import { toPlan } from './links.ts';
import { CHOSEN_MONTH } from './parts.ts';

export function mrrByPlan(t: Texts, id: number, place: Place): Builder<Panel> {
  const money = [prop('unit', USD), prop('decimals', 2)];
  return withPanelBasics(
    datasetTable(t, {
      dataset: 'mrr-by-plan',
      range: CHOSEN_MONTH,
      filters: { limit: 50 },
      columns: {
        name: [toPlan(t), prop('custom.minWidth', 75), WRAPPED, prop('noValue', t.otherPlans)],
        plan: ONLY_FOR_LINKS,
        customers: [prop('unit', 'locale'), prop('custom.width', 88)],
        mrrUsd: [...money, prop('custom.width', 88), prop('color', { mode: 'fixed', fixedColor: 'text' })],
        changeUsd: [
          ...money,
          prop('custom.width', 88),
          prop('custom.cellOptions', { type: 'color-text' }),
          ...BELOW_ZERO_IS_RED,
          NO_VALUE,
        ],
      },
    }),
    t,
    'mrrByPlan',
    id,
    place,
    [toBoard('margins', t)],
  );
}
