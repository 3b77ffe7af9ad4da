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
  colour,
  fixed,
  last,
  neutralThresholds,
  query,
  toBilling,
  withNames,
  withPanelBasics,
  type Place,
} from '../../panel-parts.ts';
import { COSTS_API_DEFAULT } from '../../picked-days.ts';
import type { Texts } from '../../texts/texts.ts';

export function coverage(t: Texts, id: number, place: Place): Builder<Panel> {
  const fields = ['coverageInvoice', 'coverageApiInvoice', 'coverageApiUsage', 'coverageFixed', 'coverageEstimate'];
  const panel = new BarGaugeBuilder()
    .unit('percentunit')
    .decimals(1)
    .min(0)
    .max(1)
    .colorScheme(fixed('#5B7FDE'))
    .thresholds(neutralThresholds())
    .displayMode(BarGaugeDisplayMode.Basic)
    .orientation(VizOrientation.Horizontal)
    .valueMode(BarGaugeValueMode.Text)
    .namePlacement(BarGaugeNamePlacement.Top)
    .showUnfilled(true)
    .reduceOptions(last('/.*/'))
    .withTarget(query('A', { dataset: 'summary', range: COSTS_API_DEFAULT, fields }));
  return withPanelBasics(
    withNames(panel, t, fields, { coverageFixed: [colour('#8E8E9C')], coverageEstimate: [colour('#FF9830')] }),
    t,
    'coverage',
    id,
    place,
    [toBilling(t)],
  );
}
