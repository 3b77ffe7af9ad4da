import { VisibilityMode } from '@grafana/grafana-foundation-sdk/common';
import { PanelBuilder as TimeSeriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { legend, tooltip } from '../../chart-parts.ts';
import { neutralThresholds } from '../../panel-parts.ts';

/** Lines over days; a day that is not known is a gap. */
export function dayLines(unit: string, decimals: number): TimeSeriesBuilder {
  return new TimeSeriesBuilder()
    .unit(unit)
    .decimals(decimals)
    .lineWidth(2)
    .fillOpacity(0)
    .showPoints(VisibilityMode.Never)
    .legend(legend())
    .tooltip(tooltip())
    .thresholds(neutralThresholds());
}

/** Lines over months, a point each. */
export function monthLines(unit: string, decimals: number): TimeSeriesBuilder {
  return dayLines(unit, decimals).showPoints(VisibilityMode.Always).pointSize(7);
}
