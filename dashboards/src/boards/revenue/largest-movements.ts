import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { LISTED_MOVEMENTS } from '../../../../exporter/src/contract/datasets.ts';
import { datasetTable } from '../../dataset-table.ts';
import {
  NO_VALUE,
  ONLY_FOR_LINKS,
  USD,
  WRAPPED,
  mapping,
  prop,
  toBoard,
  withPanelBasics,
  type Place,
} from '../../panel-parts.ts';
import type { Texts } from '../../texts/texts.ts';
import { BELOW_ZERO_IS_RED } from '../margins/below-zero-is-red.ts';
import { toCustomer } from './links.ts';
import { CHOSEN, CHOSEN_MONTH } from './parts.ts';

export function largestMovements(t: Texts, id: number, place: Place): Builder<Panel> {
  const kinds = Object.fromEntries(LISTED_MOVEMENTS.map((movement) => [movement, { text: t.movements[movement] }]));
  const plans = [prop('custom.minWidth', 70), WRAPPED, NO_VALUE];
  return withPanelBasics(
    datasetTable(t, {
      dataset: 'largest-movements',
      range: CHOSEN_MONTH,
      filters: { ...CHOSEN, limit: 50 },
      columns: {
        day: [prop('unit', 'time:MM-DD'), prop('custom.width', 55)],
        movement: [prop('mappings', [mapping(kinds)]), prop('custom.width', 95)],
        name: [toCustomer(t), prop('displayName', t.fields.customer), prop('custom.width', 102), WRAPPED],
        customer: ONLY_FOR_LINKS,
        amountUsd: [
          prop('unit', USD),
          prop('decimals', 2),
          prop('custom.width', 82),
          prop('custom.cellOptions', { type: 'color-text' }),
          ...BELOW_ZERO_IS_RED,
        ],
        plansBefore: plans,
        plansAfter: plans,
      },
    }),
    t,
    'largestMovements',
    id,
    place,
    [toBoard('margins', t)],
  );
}
