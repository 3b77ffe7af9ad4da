import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import {
  MONTH_AXIS,
  NO_VALUE,
  neutralTable,
  prop,
  query,
  toBoard,
  transform,
  withPanelBasics,
  type Place,
} from '../../panel-parts.ts';
import { TWELVE_COHORTS } from '../../picked-days.ts';
import type { PanelName } from '../../texts/panels.ts';
import type { Texts } from '../../texts/texts.ts';

export const cohortMrr = (t: Texts, id: number, place: Place): Builder<Panel> =>
  matrix(t, 'cohortMrr', 'mrrRetention', id, place);
export const cohortCustomers = (t: Texts, id: number, place: Place): Builder<Panel> =>
  matrix(t, 'cohortCustomers', 'customerRetention', id, place);

/** A row a cohort, a column a month of age; the deeper the blue, the more is kept. */
function matrix(t: Texts, name: PanelName, value: string, id: number, place: Place): Builder<Panel> {
  const panel = neutralTable('percentunit')
    .decimals(0)
    .min(0)
    .max(1.2)
    .withTarget(
      query('A', {
        dataset: 'revenue-cohorts',
        range: TWELVE_COHORTS,
        fields: ['cohort', 'age', value],
      }),
    )
    .withTransformation(
      transform('groupingToMatrix', { rowField: 'cohort', columnField: 'age', valueField: value, emptyValue: 'null' }),
    )
    .overrideByRegexp(String.raw`/^\d+$/`, [
      prop('unit', 'percentunit'),
      prop('decimals', 0),
      prop('color', { mode: 'continuous-blues' }),
      prop('custom.cellOptions', { type: 'color-background', mode: 'basic' }),
      prop('custom.minWidth', 50),
      prop('custom.align', 'center'),
      NO_VALUE,
    ])
    .overrideByRegexp('/^[Cc]ohort/', [
      prop('displayName', t.fields['cohort'] ?? ''),
      ...MONTH_AXIS,
      prop('custom.width', 80),
    ]);
  return withPanelBasics(panel, t, name, id, place, [toBoard('margins', t)]);
}
