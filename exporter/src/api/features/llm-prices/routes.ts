import { REFERENCE_PATHS, type LlmPriceRow } from '../../../contract/reference-data.ts';
import type { ApiDeps } from '../../deps.ts';
import { jsonBody, noBody } from '../../http/body.ts';
import { route, type Route } from '../../http/route.ts';
import { presentTime } from '../../shared/present-time.ts';
import { periodOf } from '../../shared/period.ts';
import { noParams, noQuery } from '../../shared/schemas.ts';
import { addPrice, listPrices } from '../../../llm/pricing/contract-prices.ts';
import { applyRepricing, previewRepricing } from '../../../llm/pricing/repricing.ts';
import { orRawUsageDropped } from '../../shared/raw-usage.ts';
import { orBusy, orConflict } from './refusals.ts';
import { priceBody, prices, pricesQuery, repriceBody, repricing, storedPrice } from './schema.ts';

const common = { tag: 'LLM prices', params: noParams } as const;

export function llmPriceRoutes(deps: ApiDeps): Route[] {
  return [
    route({
      ...common,
      method: 'get',
      path: REFERENCE_PATHS.llmPrices,
      operationId: 'listLlmPrices',
      roles: ['admin', 'viewer'],
      summary: 'Contract prices of LLM models',
      description:
        'Those in force, newest first for each model; with `history=true` also those that were replaced. They ' +
        'take precedence over list prices. Viewers see no notes and no people.',
      query: pricesQuery,
      body: noBody,
      answers: { 200: { description: 'One row a price.', schema: prices } },
      async handle({ query, caller }) {
        const rows = await listPrices(deps.pool, { ...query, history: query.history === true });
        return { status: 200, json: { data: caller.role === 'admin' ? rows : rows.map(withoutPeople) } };
      },
    }),
    route({
      ...common,
      method: 'post',
      path: REFERENCE_PATHS.llmPrices,
      operationId: 'addLlmPrice',
      roles: ['admin'],
      summary: 'Adds a contract price of a model',
      description:
        'An open price ends where a later open one begins. Any other overlap is a 409 that names the price in ' +
        'the way, unless `replaces` names it: a wrong price is never edited, it stays in the history. Stored ' +
        'usage keeps its cost until it is re-priced or read again.',
      query: noQuery,
      body: jsonBody(priceBody, { required: true }),
      answers: {
        201: { description: 'The stored price, and what it closed or replaced.', schema: storedPrice },
        409: { description: 'It overlaps another price of the model, which the message names.' },
      },
      async handle({ body, caller }) {
        const now = await deps.clock.now();
        return {
          status: 201,
          json: await orConflict(deps.transaction((tx) => addPrice(tx, body, { now, by: caller.subject }))),
        };
      },
    }),
    route({
      ...common,
      method: 'post',
      path: REFERENCE_PATHS.reprice,
      operationId: 'repriceLlmUsage',
      roles: ['admin'],
      summary: 'Prices stored usage again, or shows what that would change',
      description:
        'Every row at the price of its day, as known today. With `apply: true` rows whose cost changes are ' +
        'stored with their totals; a cost that the source itself reported is never touched.',
      query: noQuery,
      body: jsonBody(repriceBody, { required: true }),
      answers: {
        200: {
          description: 'What changes (`applied: false`) or has changed, as a whole and by model.',
          schema: repricing,
        },
      },
      async handle({ body: { apply, ...asked }, caller }) {
        const present = await presentTime(deps);
        const order = {
          provider: asked.provider,
          model: asked.model,
          ...periodOf(asked, present.today, 1),
          ...present,
          by: caller.subject,
        };
        const reprice = apply === true ? applyRepricing : previewRepricing;
        const answer = await orRawUsageDropped(orBusy(deps.transaction((tx) => reprice(tx, order))));
        if (answer.applied && answer.rows > 0) await deps.changes.emit({ kind: 'price', days: answer.days });
        return { status: 200, json: answer };
      },
    }),
  ];
}

/** What a viewer may see of a price: the money and the days, not the people and what they wrote. */
function withoutPeople(row: LlmPriceRow): LlmPriceRow {
  return { ...row, notes: null, createdBy: null, withdrawnBy: null };
}
