import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { datasetTable } from '../../dataset-table.ts';
import { NO_VALUE, USD, prop, toBoard, withPanelBasics, type Place } from '../../panel-parts.ts';
import { TWO_DAYS } from '../../picked-days.ts';
import type { Texts } from '../../texts/texts.ts';

export function mrrByCurrency(t: Texts, id: number, place: Place): Builder<Panel> {
  return withPanelBasics(
    datasetTable(t, {
      dataset: 'mrr-by-currency',
      range: TWO_DAYS,
      sortBy: 'day',
      columns: {
        day: [prop('unit', 'time:MM-DD'), prop('custom.width', 72)],
        currency: [prop('custom.width', 75)],
        mrr: [prop('decimals', 2), prop('custom.minWidth', 85)],
        fxRate: [prop('custom.width', 90), NO_VALUE],
        mrrUsd: [
          prop('custom.minWidth', 85),
          prop('unit', USD),
          prop('decimals', 2),
          prop('color', { mode: 'fixed', fixedColor: 'text' }),
          NO_VALUE,
        ],
      },
    }),
    t,
    'mrrByCurrency',
    id,
    place,
    [toBoard('costs', t)],
  );
}
