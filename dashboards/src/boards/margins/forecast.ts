import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import {
  NEUTRAL,
  NO_VALUE,
  USD,
  colour,
  neutralTable,
  prop,
  providerMapping,
  query,
  toBoard,
  withNames,
  withPanelBasics,
  type Place,
} from '../../panel-parts.ts';
import type { Texts } from '../../texts/texts.ts';

export function forecast(t: Texts, id: number, place: Place): Builder<Panel> {
  const fields = [
    'provider',
    'monthToDateUsd',
    'runRateMonthUsd',
    'forecastMonthUsd',
    'budgetMonthUsd',
    'budgetPassedOn',
  ] as const;
  const money = [prop('unit', USD), prop('decimals', 2), colour(NEUTRAL), NO_VALUE, prop('custom.minWidth', 95)];
  const panel = neutralTable(USD).withTarget(query('A', { dataset: 'forecast', range: { kind: 'all' }, fields }));
  return withPanelBasics(
    withNames(panel, t, fields, {
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
    }),
    t,
    'forecast',
    id,
    place,
    [toBoard('costs', t)],
  );
}
