import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { datasetTable } from '../../dataset-table.ts';
import {
  NEUTRAL,
  NO_VALUE,
  ONLY_FOR_LINKS,
  USD,
  WRAPPED,
  colour,
  mapping,
  prop,
  toBilling,
  toBoard,
  withPanelBasics,
  type Place,
} from '../../panel-parts.ts';
import { toCustomerOnRevenue } from '../revenue/links.ts';
import { BELOW_ZERO_IS_RED } from './below-zero-is-red.ts';
import { MARGINS_THIRTY_DAYS } from '../../picked-days.ts';
import type { Texts } from '../../texts/texts.ts';

export function marginByCustomer(t: Texts, id: number, place: Place): Builder<Panel> {
  const narrow = [prop('custom.minWidth', 85)];
  const text = [prop('custom.cellOptions', { type: 'color-text' }), ...BELOW_ZERO_IS_RED];
  return withPanelBasics(
    datasetTable(t, {
      dataset: 'margin-by-customer',
      range: MARGINS_THIRTY_DAYS,
      filters: { limit: 100 },
      unit: 'locale',
      columns: {
        kind: [
          prop('custom.width', 150),
          WRAPPED,
          prop('mappings', [
            mapping({
              customer: { text: t.customerKinds.customer },
              other_customers: { text: t.customerKinds.other_customers },
              unmatched_revenue: { text: t.customerKinds.unmatched_revenue },
              unmatched_cost: { text: t.customerKinds.unmatched_cost },
            }),
          ]),
        ],
        name: [toCustomerOnRevenue(t), prop('displayName', t.fields.customer), prop('custom.minWidth', 110), NO_VALUE],
        customer: ONLY_FOR_LINKS,
        revenueUsd: [...narrow, prop('unit', USD), prop('decimals', 2), colour(NEUTRAL), NO_VALUE],
        llmCostUsd: [...narrow, prop('unit', USD), prop('decimals', 2), NO_VALUE],
        marginUsd: [...narrow, prop('unit', USD), prop('decimals', 2), ...text],
        marginRatio: [prop('custom.minWidth', 80), prop('unit', 'percentunit'), prop('decimals', 1), ...text, NO_VALUE],
        users: [prop('custom.width', 92)],
        unpricedTokens: [prop('custom.width', 105)],
      },
    }),
    t,
    'marginByCustomer',
    id,
    place,
    [toBoard('business', t), toBilling(t)],
  );
}
