import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { datasetTable } from '../../dataset-table.ts';
import {
  NEUTRAL,
  NO_VALUE,
  USD,
  WRAPPED,
  mapping,
  prop,
  providerMapping,
  toBilling,
  withPanelBasics,
  type Place,
} from '../../panel-parts.ts';
import { COSTS_SIX_MONTHS } from '../../picked-days.ts';
import type { Texts } from '../../texts/texts.ts';
import { MONEY_CELL, sourceMappings } from './source-mappings.ts';

export function reconciliation(t: Texts, id: number, place: Place): Builder<Panel> {
  const narrow = [...MONEY_CELL, prop('custom.minWidth', 82)];
  return withPanelBasics(
    datasetTable(t, {
      dataset: 'reconciliation',
      range: COSTS_SIX_MONTHS,
      filters: { provider: '${provider}' },
      unit: USD,
      sortBy: 'month',
      columns: {
        provider: [prop('mappings', [providerMapping(t)]), prop('custom.width', 98), WRAPPED],
        month: [prop('unit', 'time:YYYY-MM'), prop('custom.width', 84)],
        source: [prop('mappings', sourceMappings(t)), prop('custom.width', 92), WRAPPED, NO_VALUE],
        countedUsd: narrow,
        invoiceUsd: narrow,
        providerInvoiceUsd: narrow,
        usageUsd: narrow,
        fixedUsd: narrow,
        estimateUsd: narrow,
        driftRatio: [prop('unit', 'percentunit'), prop('decimals', 1), prop('custom.width', 66), NO_VALUE],
        drifts: [
          prop('mappings', [
            mapping({ true: { text: t.yes, color: 'orange' }, false: { text: t.no, color: NEUTRAL } }),
          ]),
          prop('custom.cellOptions', { type: 'color-text' }),
          prop('custom.width', 75),
        ],
      },
    }),
    t,
    'reconciliation',
    id,
    place,
    [toBilling(t)],
  );
}
