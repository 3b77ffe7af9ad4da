import { DATASETS } from '../../../contract/datasets.ts';
import type { ApiDeps } from '../../deps.ts';
import { noBody } from '../../http/body.ts';
import { invalid } from '../../http/problem.ts';
import { route, type Route } from '../../http/route.ts';
import { coverageOf, envelopeOf } from '../../shared/context.ts';
import { presentTime, withContext } from '../../shared/figures.ts';
import { periodOf } from '../../shared/period.ts';
import { noParams } from '../../shared/schemas.ts';
import { costsAsBooked, costsByDay, costsBySource } from './queries.ts';
import { costQuery, costSources, infrastructureCostQuery, infrastructureCosts } from './schema.ts';

const DEFAULT_DAYS = 30;

export function costRoutes(deps: ApiDeps): Route[] {
  return [
    route({
      method: 'get', path: DATASETS['infrastructure-costs'].path, operationId: 'infrastructureCosts', tag: 'Costs', roles: ['admin', 'viewer'],
      summary: 'Cost per day and provider, with the source of each figure',
      description: `Every day of the period has a row. Without \`from\` and \`to\`: the last ${DEFAULT_DAYS} days, today included.`,
      query: infrastructureCostQuery, params: noParams, body: noBody,
      answers: { 200: { description: 'One row a day.', schema: infrastructureCosts } },
      async handle({ query }) {
        const present = await presentTime(deps);
        const period = periodOf(query, present.today, DEFAULT_DAYS);
        const request = { ...present, ...period, provider: query.provider };
        if (query.view === 'restated' && query.asOf !== undefined) throw invalid([{ field: 'asOf', message: 'needs view=as_booked' }]);
        if (query.view === 'as_booked' || query.asOf !== undefined) {
          const asOf = query.asOf ?? present.today;
          const { rows: booked, context } = await withContext(deps, request, costsAsBooked(deps.readPool, period, asOf, query.provider));
          return { status: 200, json: { data: booked.rows, ...envelopeOf(period, context), asOf: `${asOf}T23:59:59.999Z`, coverage: coverageOf(booked.sources) } };
        }
        const { rows, context } = await withContext(deps, request, costsByDay(deps.readPool, period, query.provider));
        return { status: 200, json: { data: rows, ...envelopeOf(period, context) } };
      },
    }),
    route({
      method: 'get', path: DATASETS['cost-sources'].path, operationId: 'costSources', tag: 'Costs', roles: ['admin', 'viewer'],
      summary: 'What each source says about each cost, and which of them counts',
      description: `Sources that give way to a better one are shown, never added. Without \`from\` and \`to\`: the last ${DEFAULT_DAYS} days, today included.`,
      query: costQuery, params: noParams, body: noBody,
      answers: { 200: { description: 'One row a provider, component and source.', schema: costSources } },
      async handle({ query }) {
        const present = await presentTime(deps);
        const period = periodOf(query, present.today, DEFAULT_DAYS);
        const { rows, context } = await withContext(deps, { ...present, ...period, provider: query.provider }, costsBySource(deps.readPool, period, query.provider));
        return { status: 200, json: { data: rows, ...envelopeOf(period, context) } };
      },
    }),
  ];
}
