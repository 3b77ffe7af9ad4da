import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import {
  BILLING_PAGE,
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
import type { Texts } from '../../texts/texts.ts';

export function missingInvoices(t: Texts, id: number, place: Place): Builder<Panel> {
  const fields = ['from', 'to', 'provider'] as const;
  const panel = neutralTable()
    .sortBy([sortedBy(t, 'from')])
    .withTarget(
      query('A', { dataset: 'missing-invoices', range: { kind: 'all' }, filters: { provider: '${provider}' }, fields }),
    );
  return withPanelBasics(
    withNames(panel, t, fields, {
      from: [prop('unit', 'time:YYYY-MM-DD'), prop('custom.width', 110)],
      to: [prop('unit', 'time:YYYY-MM-DD'), prop('custom.width', 110)],
      provider: [prop('mappings', [providerMapping(t)]), prop('links', [{ title: t.billing, url: BILLING_PAGE }])],
    }),
    t,
    'missingInvoices',
    id,
    place,
    [toBilling(t)],
  );
}
