import { DATASETS } from '../../../contract/datasets.ts';
import { missingInvoices } from '../../../invoices/missing.ts';
import { reconciliation } from '../../../invoices/reconciliation.ts';
import type { ApiDeps } from '../../deps.ts';
import { noBody } from '../../http/body.ts';
import { route, type Route } from '../../http/route.ts';
import { envelopeOf } from '../../shared/context.ts';
import { presentTime, withContext } from '../../shared/figures.ts';
import { monthsPeriodOf } from '../../shared/period.ts';
import { noParams } from '../../shared/schemas.ts';
import { missingAnswer, reconciliationAnswer, reconciliationQuery } from './schema.ts';

const reads = { method: 'get', tag: 'Costs', roles: ['admin', 'viewer'], query: reconciliationQuery, params: noParams, body: noBody } as const;

export function reconciliationRoutes(deps: ApiDeps): Route[] {
  return [
    route({
      ...reads, path: DATASETS.reconciliation.path, operationId: 'reconciliation',
      summary: 'What each source says about a provider\'s month, and how far they are apart',
      description: 'Whole months, newest first. Without `from` and `to`: the last 6 calendar months, the running one included.',
      answers: { 200: { description: 'One row a provider and month.', schema: reconciliationAnswer } },
      async handle({ query }) {
        const present = await presentTime(deps);
        const period = monthsPeriodOf(query, present.today, 6);
        const { rows, context } = await withContext(deps, { ...present, ...period, provider: query.provider }, reconciliation(deps.readPool, { ...period, provider: query.provider }));
        return { status: 200, json: { data: rows, ...envelopeOf(period, context) } };
      },
    }),
    route({
      ...reads, path: DATASETS['missing-invoices'].path, operationId: 'missingInvoices',
      summary: 'Closed months for which an invoice is missing',
      description: 'Of providers that are known only by their invoices, at most twelve closed months back. Without `from` and `to`: those twelve months.',
      answers: { 200: { description: 'One row a provider and month, oldest first.', schema: missingAnswer } },
      async handle({ query }) {
        const present = await presentTime(deps);
        const period = monthsPeriodOf(query, present.today, 13);
        const { rows, context } = await withContext(deps, { ...present, ...period, provider: query.provider }, missingInvoices(deps.readPool, { ...period, today: present.today, provider: query.provider }));
        return { status: 200, json: { data: rows, ...envelopeOf(period, context) } };
      },
    }),
  ];
}
