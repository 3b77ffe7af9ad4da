import { DATASETS, READERS } from '../../../contract/datasets.ts';
import { costsAsBooked } from '../../../invoices/as-booked.ts';
import { costsByDay } from '../../../ledger/costs-by-day.ts';
import { costsBySource } from '../../../ledger/costs-by-source.ts';
import type { ApiDeps } from '../../deps.ts';
import { invalid } from '../../http/problem.ts';
import type { Route } from '../../http/route.ts';
import { coverageOf, envelopeOf, withProvenance } from '../../shared/provenance.ts';
import { periodOf } from '../../shared/period.ts';
import type { Reads } from '../../reads/cached-reads.ts';
import { costQuery, costSources, infrastructureCostQuery, infrastructureCosts } from './schema.ts';

const DEFAULT_DAYS = 30;
const DEFAULT_PERIOD = `Without \`from\` and \`to\`: the last ${DEFAULT_DAYS} days, today included.`;

export function costRoutes(deps: Pick<ApiDeps, 'collectors'>, reads: Reads): Route[] {
  return [
    reads.route({
      path: DATASETS['infrastructure-costs'].path,
      operationId: 'infrastructureCosts',
      tag: 'Costs',
      roles: READERS,
      summary: 'Cost per day and provider, with the source of each figure',
      description: `Every day of the period has a row. ${DEFAULT_PERIOD}`,
      query: infrastructureCostQuery,
      answers: { 200: { description: 'One row a day.', schema: infrastructureCosts } },
      async read({ query, context }) {
        const period = periodOf(query, context.today, DEFAULT_DAYS);
        const request = { ...period, provider: query.provider };
        if (query.view === 'restated' && query.asOf !== undefined)
          throw invalid([{ field: 'asOf', message: 'needs view=as_booked' }]);
        if (query.view === 'as_booked' || query.asOf !== undefined) {
          const asOf = query.asOf ?? context.today;
          const { rows: booked, provenance } = await withProvenance(deps, context, request, () =>
            costsAsBooked(context.db, period, asOf, query.provider),
          );
          return {
            data: booked.rows,
            ...envelopeOf(period, provenance),
            asOf: `${asOf}T23:59:59.999Z`,
            coverage: coverageOf(booked.sources),
          };
        }
        const { rows, provenance } = await withProvenance(deps, context, request, () =>
          costsByDay(context.db, period, query.provider),
        );
        return { data: rows, ...envelopeOf(period, provenance) };
      },
    }),
    reads.route({
      path: DATASETS['cost-sources'].path,
      operationId: 'costSources',
      tag: 'Costs',
      roles: READERS,
      summary: 'What each source says about each cost, and which of them counts',
      description: `Sources that give way to a better one are shown, never added. ${DEFAULT_PERIOD}`,
      query: costQuery,
      answers: { 200: { description: 'One row a provider, component and source.', schema: costSources } },
      async read({ query, context }) {
        const period = periodOf(query, context.today, DEFAULT_DAYS);
        const { rows, provenance } = await withProvenance(deps, context, { ...period, provider: query.provider }, () =>
          costsBySource(context.db, period, query.provider),
        );
        return { data: rows, ...envelopeOf(period, provenance) };
      },
    }),
  ];
}
