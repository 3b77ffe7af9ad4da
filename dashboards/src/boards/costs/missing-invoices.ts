import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { datasetTable } from '../../dataset-table.ts';
import {
  BILLING_PAGE,
  WRAPPED,
  prop,
  providerMapping,
  toBilling,
  withPanelBasics,
  type Place,
} from '../../panel-parts.ts';
import { COSTS_API_DEFAULT } from '../../picked-days.ts';
import type { Texts } from '../../texts/texts.ts';

export function missingInvoices(t: Texts, id: number, place: Place): Builder<Panel> {
  return withPanelBasics(
    datasetTable(t, {
      dataset: 'missing-invoices',
      range: COSTS_API_DEFAULT,
      filters: { provider: '${provider}' },
      sortBy: 'from',
      columns: {
        provider: [
          prop('mappings', [providerMapping(t)]),
          prop('links', [{ title: t.billing, url: BILLING_PAGE }]),
          prop('custom.minWidth', 95),
          WRAPPED,
        ],
        from: [prop('unit', 'time:YYYY-MM-DD'), prop('custom.width', 95)],
        to: [prop('unit', 'time:YYYY-MM-DD'), prop('custom.width', 95)],
      },
    }),
    t,
    'missingInvoices',
    id,
    place,
    [toBilling(t)],
  );
}
