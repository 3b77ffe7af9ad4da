import { Suspense, lazy, type ComponentType, type ReactElement } from 'react';
import { Navigate, Route, Routes } from 'react-router-dom';
import { PluginPage, config } from '@grafana/runtime';
import { Alert, LoadingPlaceholder } from '@grafana/ui';
import { text } from './shared/translations.ts';

/** By path below the app; the texts of a page are `pages.<path>.title` and `.about`. Each is loaded when it is opened. */
const PAGES: Readonly<Record<string, ComponentType>> = {
  setup: lazy(async () => ({ default: (await import('./setup/setup-page.tsx')).SetupPage })),
  invoices: lazy(async () => ({ default: (await import('./invoices/invoices-page.tsx')).InvoicesPage })),
  inbox: lazy(async () => ({ default: (await import('./inbox/inbox-page.tsx')).InboxPage })),
  closing: lazy(async () => ({ default: (await import('./closing/months-page.tsx')).MonthsPage })),
  budgets: lazy(async () => ({ default: (await import('./budgets/budgets-page.tsx')).BudgetsPage })),
  prices: lazy(async () => ({ default: (await import('./prices/prices-page.tsx')).PricesPage })),
  customers: lazy(async () => ({ default: (await import('./customers/customers-page.tsx')).CustomersPage })),
  rates: lazy(async () => ({ default: (await import('./rates/rates-page.tsx')).RatesPage })),
  access: lazy(async () => ({ default: (await import('./access/access-page.tsx')).AccessPage })),
};

/**
 * Grafana and the exporter both refuse users who are not administrators; the pages only tell them so.
 */
export function Pages(): ReactElement {
  return (
    <Routes>
      {Object.entries(PAGES).map(([path, Page]) => (
        <Route key={path} path={`${path}/*`} element={<AdminPage path={path} Page={Page} />} />
      ))}
      <Route path="*" element={<Navigate replace to="invoices" />} />
    </Routes>
  );
}

function AdminPage({ path, Page }: { readonly path: string; readonly Page: ComponentType }): ReactElement {
  const role: string = config.bootData.user.orgRole;
  const admin = role === 'Admin' || config.bootData.user.isGrafanaAdmin;
  return (
    <PluginPage pageNav={{ text: text(`pages.${path}.title`) }} subTitle={text(`pages.${path}.about`)}>
      {admin ? (
        <Suspense fallback={<LoadingPlaceholder text={text('page.loading')} />}>
          <Page />
        </Suspense>
      ) : (
        <Alert severity="warning" title={text('page.only-admins')} />
      )}
    </PluginPage>
  );
}
