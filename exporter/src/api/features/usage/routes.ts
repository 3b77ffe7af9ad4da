import { DATASETS } from '../../../contract/datasets.ts';
import type { ApiDeps } from '../../deps.ts';
import { noBody } from '../../http/body.ts';
import { invalid } from '../../http/problem.ts';
import { route, type Reply, type Route } from '../../http/route.ts';
import { envelopeOf } from '../../shared/context.ts';
import { presentTime, withContext } from '../../shared/figures.ts';
import { monthsPeriodOf, periodOf, type Period } from '../../shared/period.ts';
import { noParams } from '../../shared/schemas.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { errorsByProvider, tokensByModel, usageByMonth, usersByCost } from './queries.ts';
import { costByUser, costByUserQuery, errorRates, monthlyQuery, monthlySummary, tokenRatios, usageQuery } from './schema.ts';

const DEFAULT_DAYS = 30;
const DEFAULT_MONTHS = 6;
const DEFAULT_USERS = 20;
const RANGE = `Without \`from\` and \`to\`: the last ${DEFAULT_DAYS} days, today included.`;
const reads = { method: 'get', tag: 'LLM usage', roles: ['admin', 'viewer'], params: noParams, body: noBody } as const;

export function usageRoutes(deps: ApiDeps): Route[] {
  /** The cost of usage has the provenance of the provider `llm`. */
  async function list(period: Period, present: { now: Date; today: string }, rows: Promise<readonly object[]>): Promise<Reply> {
    const found = await withContext(deps, { ...present, ...period, provider: 'llm' }, rows);
    return { status: 200, json: { data: found.rows, ...envelopeOf(period, found.context) } };
  }

  return [
    route({
      ...reads, path: DATASETS['cost-by-user'].path, operationId: 'costByUser',
      summary: 'Top users by LLM cost',
      description: `Dearest first, ${DEFAULT_USERS} unless \`limit\` says otherwise. ${RANGE}`,
      query: costByUserQuery,
      answers: { 200: { description: 'One row a user.', schema: costByUser } },
      async handle({ query }) {
        const after = query.cursor === undefined ? undefined : readCursor(query.cursor);
        const present = await presentTime(deps);
        const period = periodOf(query, present.today, DEFAULT_DAYS);
        const { rows: page, context } = await withContext(deps, { ...present, ...period, provider: 'llm' }, usersByCost(deps.readPool, period, query, query.limit ?? DEFAULT_USERS, after));
        const emails = await emailsOf(deps, page.rows.map((row) => row.userId));
        const data = page.rows.map(({ userId, ...row }) => ({ userId, email: emails.get(userId) ?? `user-${userId.slice(0, 8)}`, ...row }));
        return { status: 200, json: { data, ...envelopeOf(period, context), nextCursor: page.next && writeCursor(page.next) } };
      },
    }),
    route({
      ...reads, path: DATASETS['token-ratios'].path, operationId: 'tokenRatios',
      summary: 'Prompt and completion tokens by model',
      description: `The cost per thousand tokens is over those that have a price. ${RANGE}`,
      query: usageQuery,
      answers: { 200: { description: 'One row a model, most tokens first.', schema: tokenRatios } },
      async handle({ query }) {
        const present = await presentTime(deps);
        const period = periodOf(query, present.today, DEFAULT_DAYS);
        return list(period, present, tokensByModel(deps.readPool, period, query));
      },
    }),
    route({
      ...reads, path: DATASETS['error-rates'].path, operationId: 'errorRates',
      summary: 'Requests, successes and errors by LLM provider',
      description: RANGE,
      query: usageQuery,
      answers: { 200: { description: 'One row a provider.', schema: errorRates } },
      async handle({ query }) {
        const present = await presentTime(deps);
        const period = periodOf(query, present.today, DEFAULT_DAYS);
        return list(period, present, errorsByProvider(deps.readPool, period, query));
      },
    }),
    route({
      ...reads, path: DATASETS['metrics-monthly-summary'].path, operationId: 'monthlySummary',
      summary: 'LLM cost by month, or by month and model',
      description: `Every month of the period has a row; \`groupBy=model\` adds \`provider\` and \`model\` and has rows with usage only. Without \`from\` and \`to\`: the last \`months\` (${DEFAULT_MONTHS}) calendar months, the running one included.`,
      query: monthlyQuery,
      answers: { 200: { description: 'One row a month (and model).', schema: monthlySummary } },
      async handle({ query }) {
        if (query.months !== undefined && query.from !== undefined) throw invalid([{ field: 'months', message: 'cannot be given together with `from`' }]);
        const present = await presentTime(deps);
        const period = monthsPeriodOf(query, present.today, query.months ?? DEFAULT_MONTHS);
        return list(period, present, usageByMonth(deps.readPool, period, query, query.groupBy === 'model'));
      },
    }),
  ];
}

/** An auth server that does not answer costs the names, never the figures. */
async function emailsOf({ emails, log }: Pick<ApiDeps, 'emails' | 'log'>, userIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
  try {
    return await emails.emailsOf(userIds);
  } catch (error) {
    log.warn({ err: error }, 'e-mails of users cannot be read');
    return new Map();
  }
}
