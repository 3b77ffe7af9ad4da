import { DATASETS, READERS } from '../../../contract/datasets.ts';
import { fallbackName } from '../../../llm/ranking/fallback-name.ts';
import type { ApiDeps } from '../../deps.ts';
import { invalid } from '../../http/problem.ts';
import type { Route } from '../../http/route.ts';
import { envelopeOf, withProvenance } from '../../shared/provenance.ts';
import { monthsPeriodOf, periodOf, type Period } from '../../shared/period.ts';
import type { ReadContext, Reads } from '../../reads/cached-reads.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { emailsOf } from './emails-of.ts';
import { errorsByProvider, tokensByModel } from '../../../llm/usage/by-model.ts';
import { usageByMonth } from '../../../llm/usage/by-month.ts';
import { usersByCost } from '../../../llm/usage/users-by-cost.ts';
import { createPseudonyms } from '../../shared/pseudonym.ts';
import { orRawUsageDropped } from '../../shared/raw-usage.ts';
import {
  costByUser,
  costByUserQuery,
  errorRates,
  monthlyQuery,
  monthlySummary,
  tokenRatios,
  usageQuery,
} from './schema.ts';

const DEFAULT_DAYS = 30;
const DEFAULT_MONTHS = 6;
const DEFAULT_USERS = 20;
const RANGE = `Without \`from\` and \`to\`: the last ${DEFAULT_DAYS} days, today included.`;
const common = { tag: 'LLM usage', roles: READERS } as const;

export function usageRoutes(deps: Pick<ApiDeps, 'collectors' | 'emails' | 'log' | 'jwtSecret'>, reads: Reads): Route[] {
  const pseudonyms = createPseudonyms(deps.jwtSecret);
  /** The cost of usage has the provenance of the provider `llm`. */
  async function list(
    period: Period,
    context: ReadContext,
    readRows: () => Promise<readonly object[]>,
  ): Promise<object> {
    const { rows, provenance } = await withProvenance(deps, context, { ...period, provider: 'llm' }, () =>
      orRawUsageDropped(readRows()),
    );
    return { data: rows, ...envelopeOf(period, provenance) };
  }

  return [
    reads.route({
      ...common,
      path: DATASETS['cost-by-user'].path,
      operationId: 'costByUser',
      summary: 'Top users by LLM cost',
      description: `Most expensive first; \`limit\` defaults to ${DEFAULT_USERS}. ${RANGE}`,
      query: costByUserQuery,
      answers: { 200: { description: 'One row a user.', schema: costByUser } },
      async read({ query, role, context }) {
        if (role === 'figures' && (query.user !== undefined || query.cursor !== undefined))
          throw invalid([
            { field: query.user === undefined ? 'cursor' : 'user', message: 'names a user, which this token may not' },
          ]);
        const after = query.cursor === undefined ? undefined : readCursor(query.cursor);
        const period = periodOf(query, context.today, DEFAULT_DAYS);
        const { rows: page, provenance } = await withProvenance(deps, context, { ...period, provider: 'llm' }, () =>
          orRawUsageDropped(usersByCost(context.db, period, query, query.limit ?? DEFAULT_USERS, after)),
        );
        return { page, role, envelope: envelopeOf(period, provenance) };
      },
      async finish({ page, role, envelope }) {
        if (role === 'figures') {
          const data = page.rows.map(({ userId, ...row }) => {
            const name = pseudonyms.nameFor(role, 'user', userId);
            return { userId: name, email: name, ...row };
          });
          return { json: { data, ...envelope, nextCursor: null }, cacheable: true };
        }
        const userIds = page.rows.map(({ userId }) => userId);
        const emails = await emailsOf(deps, userIds);
        const data = page.rows.map(({ userId, ...row }) => ({
          userId,
          email: emails.get(userId) ?? fallbackName(userId),
          ...row,
        }));
        return {
          json: { data, ...envelope, nextCursor: page.next && writeCursor(page.next) },
          cacheable: deps.emails.pending?.(userIds) !== true,
        };
      },
    }),
    reads.route({
      ...common,
      path: DATASETS['token-ratios'].path,
      operationId: 'tokenRatios',
      summary: 'Prompt and completion tokens by model',
      description: `The cost per thousand tokens is over those that have a price. ${RANGE}`,
      query: usageQuery,
      answers: { 200: { description: 'One row a model, most tokens first.', schema: tokenRatios } },
      async read({ query, context }) {
        const period = periodOf(query, context.today, DEFAULT_DAYS);
        return list(period, context, () => tokensByModel(context.db, period, query));
      },
    }),
    reads.route({
      ...common,
      path: DATASETS['error-rates'].path,
      operationId: 'errorRates',
      summary: 'Requests, successes and errors by LLM provider',
      description: RANGE,
      query: usageQuery,
      answers: { 200: { description: 'One row a provider.', schema: errorRates } },
      async read({ query, context }) {
        const period = periodOf(query, context.today, DEFAULT_DAYS);
        return list(period, context, () => errorsByProvider(context.db, period, query));
      },
    }),
    reads.route({
      ...common,
      path: DATASETS['metrics-monthly-summary'].path,
      operationId: 'monthlySummary',
      summary: 'LLM cost by month, or by month and model',
      description:
        `Every month of the period has a row; \`groupBy=model\` adds \`provider\` and \`model\` and has rows ` +
        'with usage only; beyond the 100 most expensive models of the period all are one row a month, ' +
        `\`other\`. Without \`from\` and \`to\`: the last \`months\` (${DEFAULT_MONTHS}) calendar months, the ` +
        'running one included.',
      query: monthlyQuery,
      answers: { 200: { description: 'One row a month (and model).', schema: monthlySummary } },
      async read({ query, context }) {
        if (query.months !== undefined && query.from !== undefined)
          throw invalid([{ field: 'months', message: 'cannot be given together with `from`' }]);
        const period = monthsPeriodOf(query, context.today, query.months ?? DEFAULT_MONTHS);
        return list(period, context, () => usageByMonth(context.db, period, query, query.groupBy === 'model'));
      },
    }),
  ];
}
