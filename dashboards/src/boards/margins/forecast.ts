import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { datasetTable } from '../../dataset-table.ts';
import {
  NEUTRAL,
  NO_VALUE,
  USD,
  colour,
  prop,
  providerMapping,
  toBoard,
  withPanelBasics,
  type Place,
} from '../../panel-parts.ts';
import type { Texts } from '../../texts/texts.ts';

export function forecast(t: Texts, id: number, place: Place): Builder<Panel> {
  const money = [prop('unit', USD), prop('decimals', 2), colour(NEUTRAL), NO_VALUE, prop('custom.minWidth', 95)];
  return withPanelBasics(
    datasetTable(t, {
      dataset: 'forecast',
      range: { kind: 'all' },
      unit: USD,
      columns: {
        provider: [prop('mappings', [providerMapping(t)]), prop('custom.minWidth', 100)],
        monthToDateUsd: money,
        runRateMonthUsd: money,
        forecastMonthUsd: money,
        budgetMonthUsd: money,
        budgetPassedOn: [
          prop('unit', 'time:YYYY-MM-DD'),
          prop('custom.width', 110),
          prop('custom.cellOptions', { type: 'color-text' }),
          prop('color', { mode: 'fixed', fixedColor: 'orange' }),
          prop('noValue', '–'),
        ],
      },
    }),
    t,
    'forecast',
    id,
    place,
    [toBoard('costs', t)],
  );
}
