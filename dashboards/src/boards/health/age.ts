import { PanelBuilder as BarGaugeBuilder } from '@grafana/grafana-foundation-sdk/bargauge';
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  BarGaugeDisplayMode,
  BarGaugeNamePlacement,
  BarGaugeValueMode,
  VizOrientation,
} from '@grafana/grafana-foundation-sdk/common';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import {
  PROMETHEUS,
  last,
  promQuery,
  toBoard,
  withCollectors,
  withPanelBasics,
  type Place,
} from '../../panel-parts.ts';
import type { Texts } from '../../texts/texts.ts';
import { steps } from './thresholds.ts';

const AGES = {
  dataAge: '(time() - (max by (collector) (marginboard_collector_data_day_timestamp_seconds) + 86400)) / 3600',
  runAge: '(time() - max by (collector) (marginboard_collector_last_run_timestamp_seconds)) / 3600',
} as const;

export function age(t: Texts, name: keyof typeof AGES, id: number, place: Place): Builder<Panel> {
  const panel = new BarGaugeBuilder()
    .unit('suffix: h')
    .decimals(0)
    .min(0)
    .max(48)
    .thresholds(steps([null, 'green'], [28, 'orange'], [36, 'red']))
    .displayMode(BarGaugeDisplayMode.Basic)
    .orientation(VizOrientation.Horizontal)
    .valueMode(BarGaugeValueMode.Color)
    .namePlacement(BarGaugeNamePlacement.Top)
    .showUnfilled(true)
    .reduceOptions(last(''))
    .withTarget(promQuery('A', AGES[name], '{{collector}}', true));
  return withPanelBasics(withCollectors(panel, false), t, name, id, place, [toBoard('business', t)]).datasource(
    PROMETHEUS,
  );
}
