import type { PanelBuilder as BarChartBuilder } from '@grafana/grafana-foundation-sdk/barchart';
import { StackingMode } from '@grafana/grafana-foundation-sdk/common';
import { bars, COST_PARTS } from '../../chart-parts.ts';
import { DAY_AXIS, USD, query, toBilling, toBoard, withNames, withPanelBasics, type Place } from '../../panel-parts.ts';
import { SEVEN_DAYS } from '../../picked-days.ts';
import type { Texts } from '../../texts/texts.ts';

/** Stacked bars by day. */
export function infrastructureWeek(t: Texts, id: number, place: Place): BarChartBuilder {
  const panel = bars('day', USD, StackingMode.Normal).withTarget(
    query('A', {
      dataset: 'infrastructure-costs',
      range: SEVEN_DAYS,
      fields: ['day', 'byProvider'],
    }),
  );
  return withPanelBasics(
    withNames(panel, t, COST_PARTS).overrideByName('day', DAY_AXIS),
    t,
    'infrastructureWeek',
    id,
    place,
    [toBoard('costs', t), toBilling(t)],
  );
}
