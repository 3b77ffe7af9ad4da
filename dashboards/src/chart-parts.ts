import { PanelBuilder as BarChartBuilder } from '@grafana/grafana-foundation-sdk/barchart';
import { COST_FIELDS } from '../../exporter/src/contract/providers.ts';
import type { StackingMode } from '@grafana/grafana-foundation-sdk/common';
import {
  LegendDisplayMode,
  LegendPlacement,
  SortOrder,
  TooltipDisplayMode,
  VisibilityMode,
  VizOrientation,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import { neutralThresholds } from './panel-parts.ts';

export const legend = (): VizLegendOptionsBuilder =>
  new VizLegendOptionsBuilder()
    .displayMode(LegendDisplayMode.List)
    .placement(LegendPlacement.Bottom)
    .showLegend(true)
    .calcs([]);

export const tooltip = (): VizTooltipOptionsBuilder =>
  new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending);

/** Upright bars along a field of days, months or words; no value labels, which would not fit into thin segments. */
export function bars(xField: string, unit: string, stacking: StackingMode): BarChartBuilder {
  return new BarChartBuilder()
    .unit(unit)
    .decimals(2)
    .xField(xField)
    .xTickLabelMaxLength(20)
    .orientation(VizOrientation.Vertical)
    .stacking(stacking)
    .showValue(VisibilityMode.Never)
    .barWidth(0.8)
    .groupWidth(0.8)
    .fillOpacity(90)
    .lineWidth(0)
    .legend(legend())
    .tooltip(tooltip())
    .thresholds(neutralThresholds());
}

/** The fields of a stacked cost chart. The data source supplies names and colours of other vendors. */
export const COST_PARTS: readonly string[] = [...COST_FIELDS, 'otherUsd'];
