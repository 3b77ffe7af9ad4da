import type { ReactElement } from 'react';
import { PluginPage, config } from '@grafana/runtime';
import { Alert } from '@grafana/ui';
import { text } from '../shared/translations.ts';
import { InvoicesPage } from './invoices-page.tsx';

/**
 * There is one page, shown for every path below the app. Grafana and the exporter both refuse users who are not
 * administrators; this page only tells them so.
 */
export function Pages(): ReactElement {
  const role: string = config.bootData.user.orgRole;
  const admin = role === 'Admin' || config.bootData.user.isGrafanaAdmin;
  return (
    <PluginPage pageNav={{ text: text('page.title') }} subTitle={text('page.about')}>
      {admin ? <InvoicesPage /> : <Alert severity="warning" title={text('page.only-admins')} />}
    </PluginPage>
  );
}
