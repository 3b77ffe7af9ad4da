import { REFERENCE_PATHS } from '../../../contract/reference-data.ts';
import { listRates, putRate } from '../../../ledger/fx-rate-store.ts';
import type { ApiDeps } from '../../deps.ts';
import { jsonBody, noBody } from '../../http/body.ts';
import { invalid } from '../../http/problem.ts';
import { route, type Route } from '../../http/route.ts';
import { noParams, noQuery } from '../../shared/schemas.ts';
import { rateBody, rates, ratesQuery, storedRate } from './schema.ts';

const common = { tag: 'Exchange rates', params: noParams, path: REFERENCE_PATHS.fxRates } as const;

const NOTICE =
  'Stored amounts keep the rate that they were converted at. Amounts without a rate stay unconverted, outside USD ' +
  'totals, until their provider is synchronised next and reads their day again; an invoice is converted by a ' +
  'correction with fxRate.';

export function fxRateRoutes(deps: ApiDeps): Route[] {
  return [
    route({
      ...common,
      method: 'get',
      operationId: 'listFxRates',
      roles: ['admin', 'viewer'],
      summary: 'Exchange rates to USD',
      description:
        'Newest first, at most 1000; `from` and `to` choose by the first day of a rate. A rate holds from its day ' +
        'until the next stored one.',
      query: ratesQuery,
      body: noBody,
      answers: { 200: { description: 'One row a currency and day.', schema: rates } },
      async handle({ query, caller }) {
        if (query.from !== undefined && query.to !== undefined && query.from >= query.to)
          throw invalid([{ field: 'from', message: 'must be before `to`, which is exclusive' }]);
        const rows = await listRates(deps.pool, query);
        return {
          status: 200,
          json: { data: caller.role === 'admin' ? rows : rows.map((row) => ({ ...row, createdBy: null })) },
        };
      },
    }),
    route({
      ...common,
      method: 'put',
      operationId: 'putFxRate',
      roles: ['admin'],
      summary: 'Stores the exchange rate of a currency from a day on',
      description: NOTICE,
      query: noQuery,
      body: jsonBody(rateBody, { required: true }),
      answers: { 200: { description: 'The stored rate. The same rate twice is stored once.', schema: storedRate } },
      async handle({ body, caller }) {
        const now = await deps.clock.now();
        const { rows, previous } = await deps.transaction((tx) => putRate(tx, body, { now, by: caller.subject }));
        return { status: 200, json: { data: rows, previousUsdRate: previous, notice: NOTICE } };
      },
    }),
  ];
}
