import type { ApiDeps } from '../deps.ts';
import type { Route } from '../http/route.ts';
import type { Reads } from '../reads/cached-reads.ts';
import { customerUserRoutes } from './customer-users/routes.ts';
import { fxRateRoutes } from './fx-rates/routes.ts';
import { llmPriceRoutes } from './llm-prices/routes.ts';

/** What people must tell the system because no provider does: contract prices, exchange rates, whose user is whose. */
export function referenceDataRoutes(deps: ApiDeps, reads: Reads): Route[] {
  return [...llmPriceRoutes(deps), ...fxRateRoutes(deps), ...customerUserRoutes(deps, reads)];
}
