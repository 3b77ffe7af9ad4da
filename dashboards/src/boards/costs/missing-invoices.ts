import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import {
  BILLING_PAGE,
  WRAPPED,
  neutralTable,
  prop,
  providerMapping,
  query,
  sortedBy,
  toBilling,
  withNames,
  withPanelBasics,
  type Place,
} from '../../panel-parts.ts';
import { COSTS_API_DEFAULT } from '../../picked-days.ts';
import type { Texts } from '../../texts/texts.ts';

export function missingInvoices(t: Texts, id: number, place: Place): Builder<Panel> {
  const fields = ['provider', 'from', 'to'] as const;
  const panel = neutralTable()
    .sortBy([sortedBy(t, 'from')])
    .withTarget(
      query('A', {
        dataset: 'missing-invoices',
        range: COSTS_API_DEFAULT,
        filters: { provider: '${provider}' },
        fields,
      }),
    );
  return withPanelBasics(
    withNames(panel, t, fields, {
      from: [prop('unit', 'time:YYYY-MM-DD'), prop('custom.width', 95)],
      to: [prop('unit', 'time:YYYY-MM-DD'), prop('custom.width', 95)],
      provider: [
        prop('mappings', [providerMapping(t)]),
        prop('links', [{ title: t.billing, url: BILLING_PAGE }]),
        prop('custom.minWidth', 95),
        prop('custom.cellOptions', WRAPPED),
      ],
    }),
    t,
    'missingInvoices',
    id,
    place,
    [toBilling(t)],
  );
}
