import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
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
import { toPlan } from './links.ts';
import { CHOSEN_MONTH } from './parts.ts';

export function mrrByPlan(t: Texts, id: number, place: Place): Builder<Panel> {
  const fields = ['name', 'kind', 'plan', 'customers', 'mrrUsd', 'changeUsd', 'share'] as const;
  const panel = neutralTable().withTarget(
    query('A', { dataset: 'mrr-by-plan', range: CHOSEN_MONTH, filters: { limit: 50 }, fields }),
  );
  const money = [prop('unit', USD), prop('decimals', 2)];
  return withPanelBasics(
    withNames(panel, t, fields, {
      name: [toPlan(t), prop('custom.minWidth', 110), NO_VALUE],
      // The id stays for the link; the kind says what a row without a name stands for.
      plan: [prop('custom.hideFrom', { viz: true })],
      kind: [
        prop('custom.width', 110),
        prop('mappings', [
          mapping({
            group: { text: '' },
            unknown: { text: t.planKinds.unknown },
            other: { text: t.planKinds.other },
          }),
        ]),
      ],
      customers: [prop('unit', 'locale'), prop('custom.width', 85)],
      mrrUsd: [...money, prop('custom.width', 105), prop('color', { mode: 'fixed', fixedColor: 'text' })],
      changeUsd: [
        ...money,
        prop('custom.width', 105),
        prop('custom.cellOptions', { type: 'color-text' }),
        ...BELOW_ZERO_IS_RED,
        NO_VALUE,
      ],
      share: [prop('unit', 'percentunit'), prop('decimals', 1), prop('custom.width', 75)],
    }),
    t,
    'mrrByPlan',
    id,
    place,
    [toBoard('margins', t)],
  );
}
