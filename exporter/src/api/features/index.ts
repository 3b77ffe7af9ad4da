import type { Inbox } from '../../inbox/inbox.ts';
import { createInvoiceService } from '../../invoices/service.ts';
import { createAuthorOf } from '../auth/grafana-id.ts';
import type { TokenRegistry } from '../auth/token-registry.ts';
import type { ApiDeps } from '../deps.ts';
import type { Route } from '../http/route.ts';
import { createReads, type Reads } from '../reads/cached-reads.ts';
import { accessRoutes } from './access/routes.ts';
import { importRoutes } from './billing-import/routes.ts';
import { billingRoutes } from './billing/routes.ts';
import { budgetRoutes } from './budgets/routes.ts';
import { costRoutes } from './costs/routes.ts';
import { doctorRoutes } from './doctor/routes.ts';
import { exportRoutes } from './exports/routes.ts';
import { inboxOf } from './inbox/inbox-of.ts';
import { inboxRoutes } from './inbox/routes.ts';
import { marginRoutes } from './margin/routes.ts';
import { movementRoutes } from './movements/routes.ts';
import { monthRoutes } from './months/routes.ts';
import { reconciliationRoutes } from './reconciliation/routes.ts';
import { referenceDataRoutes } from './reference-data.ts';
import { revenueRoutes } from './revenue/routes.ts';
import { syncRoutes } from './sync/routes.ts';
import { usageRoutes } from './usage/routes.ts';

/**
 * A feature is a folder with routes, queries and schemas; it joins the API, its tests and the OpenAPI document here.
 */
export function allRoutes(
  deps: ApiDeps,
  registry: Pick<TokenRegistry, 'forget'> = { forget: () => undefined },
  reads: Reads = createReads(deps),
  inbox: Inbox = inboxOf(deps),
): Route[] {
  const billing = { invoices: createInvoiceService(deps), authorOf: createAuthorOf(deps.settings.GRAFANA_URL) };
  return [
    ...syncRoutes(deps, reads),
    ...marginRoutes(deps, reads),
    ...movementRoutes(deps, reads),
    ...revenueRoutes(deps, reads),
    ...costRoutes(deps, reads),
    ...usageRoutes(deps, reads),
    ...budgetRoutes(deps, reads),
    ...referenceDataRoutes(deps, reads),
    ...reconciliationRoutes(deps, reads),
    ...monthRoutes(deps, reads),
    ...exportRoutes(deps),
    ...billingRoutes(deps, billing),
    ...importRoutes(deps, billing),
    ...inboxRoutes(deps, { inbox, authorOf: billing.authorOf }),
    ...accessRoutes(deps, registry),
    ...doctorRoutes(deps),
  ];
}
