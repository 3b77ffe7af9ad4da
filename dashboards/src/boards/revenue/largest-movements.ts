import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { LISTED_MOVEMENTS } from '../../../../exporter/src/contract/datasets.ts';
import {
  NO_VALUE,
  USD,
  mapping,
  neutralTable,
  prop,
  query,
  toBoard,
  withNames,
  withPanelBasics,
  type Place,
} from '../../panel-parts.ts';
import type { Texts } from '../../texts/texts.ts';
import { BELOW_ZERO_IS_RED } from '../margins/below-zero-is-red.ts';
import { toCustomer } from './links.ts';
import { CHOSEN, CHOSEN_MONTH } from './parts.ts';

export function largestMovements(t: Texts, id: number, place: Place): Builder<Panel> {
  const fields = ['day', 'movement', 'customer', 'amountUsd', 'plansBefore', 'plansAfter'] as const;
  const kinds = Object.fromEntries(LISTED_MOVEMENTS.map((movement) => [movement, { text: t.movements[movement] }]));
  const panel = neutralTable().withTarget(
    query('A', { dataset: 'largest-movements', range: CHOSEN_MONTH, filters: { ...CHOSEN, limit: 50 }, fields }),
  );
  return withPanelBasics(
    withNames(panel, t, fields, {
      day: [prop('unit', 'time:YYYY-MM-DD'), prop('custom.width', 105)],
      movement: [prop('mappings', [mapping(kinds)]), prop('custom.width', 115)],
      customer: [toCustomer(t), prop('custom.minWidth', 130)],
      amountUsd: [
        prop('unit', USD),
        prop('decimals', 2),
        prop('custom.width', 110),
        prop('custom.cellOptions', { type: 'color-text' }),
        ...BELOW_ZERO_IS_RED,
      ],
      plansBefore: [prop('custom.minWidth', 110), NO_VALUE],
      plansAfter: [prop('custom.minWidth', 110), NO_VALUE],
    }),
    t,
    'largestMovements',
    id,
    place,
    [toBoard('margins', t)],
  );
}
