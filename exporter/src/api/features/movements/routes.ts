import { DATASETS, READERS, type Role } from '../../../contract/datasets.ts';
import { mrrByPlan } from '../../../movements/by-plan.ts';
import { revenueCohorts } from '../../../movements/cohorts.ts';
import { monthsOf } from '../../../movements/buckets.ts';
import { historyWarnings } from '../../../movements/history.ts';
import { largestMovements } from '../../../movements/largest.ts';
import { movementsByDay, movementsByMonth } from '../../../movements/movements.ts';
import { revenueRetention } from '../../../movements/retention.ts';
import { daysBetween } from '../../../money/days.ts';
import type { ApiDeps } from '../../deps.ts';
import { invalid } from '../../http/problem.ts';
import type { Route } from '../../http/route.ts';
import type { ReadContext, Reads } from '../../reads/cached-reads.ts';
import { envelopeOf, readProvenance } from '../../shared/provenance.ts';
import { monthsPeriodOf, periodOf, type Period } from '../../shared/period.ts';
import { createPseudonyms, standInFor } from '../../shared/pseudonym.ts';
import {
  cohortsAnswer,
  largestAnswer,
  largestQuery,
  movementQuery,
  movementsByDay as daysAnswer,
  movementsByMonth as monthsAnswer,
  planQuery,
  plansAnswer,
  retentionAnswer,
  retentionQuery,
} from './schema.ts';

const DEFAULT_DAYS = 30;
const DEFAULT_MONTHS = 12;
const DEFAULT_GROUPS = 20;
/** Some ten megabytes: five years of days with the default of groups. */
const MAX_ROWS = 40_000;
const GROUPS =
  `\`groupBy\` and \`limit\` (default ${DEFAULT_GROUPS}) give one row for each of the largest groups, and one for the ` +
  'others together.';
const MONTHS = `Whole months. Without \`from\` and \`to\`: the last ${DEFAULT_MONTHS} calendar months, the running one included.`;
const common = { tag: 'MRR movements', roles: READERS } as const;

export function movementRoutes(deps: Pick<ApiDeps, 'collectors' | 'jwtSecret'>, reads: Reads): Route[] {
  const pseudonyms = createPseudonyms(deps.jwtSecret);
  const nameOf = (role: Role, customer: string): string => pseudonyms.nameFor(role, 'customer', customer);

  async function list<Row>(period: Period, context: ReadContext, readRows: () => Promise<readonly Row[]>) {
    const provenance = await readProvenance(deps, context, { ...period, revenue: true });
    const data = await readRows();
    return { data, ...envelopeOf(period, provenance, await historyWarnings(context.db, period)) };
  }

  return [
    reads.route({
      ...common,
      path: DATASETS['mrr-movements'].path,
      operationId: 'mrrMovements',
      summary: 'Opening MRR, movements and closing MRR by day',
      description:
        `Every day of the period has a row; one that was not read is null. ${GROUPS} ` +
        `Without \`from\` and \`to\`: the last ${DEFAULT_DAYS} days, today included.`,
      query: movementQuery,
      answers: { 200: { description: 'One row a day and group.', schema: daysAnswer } },
      async read({ query, role, context }) {
        refuseName(role, query.customer);
        const { groupBy = 'none', limit = DEFAULT_GROUPS, ...scope } = query;
        const period = periodOf(query, context.today, DEFAULT_DAYS);
        refuseTooMany(daysBetween(period.from, period.to), groupBy, limit);
        const answer = await list(period, context, () =>
          movementsByDay(context.db, period, { ...scope, groupBy, limit }),
        );
        return { ...answer, data: answer.data.map((row) => ({ ...row, ...shown(role, groupBy, row) })) };
      },
    }),
    reads.route({
      ...common,
      path: DATASETS['mrr-waterfall'].path,
      operationId: 'mrrWaterfall',
      summary: 'Opening MRR, movements and closing MRR by month',
      description: `${GROUPS} ${MONTHS}`,
      query: movementQuery,
      answers: { 200: { description: 'One row a month and group.', schema: monthsAnswer } },
      async read({ query, role, context }) {
        refuseName(role, query.customer);
        const { groupBy = 'none', limit = DEFAULT_GROUPS, ...scope } = query;
        const period = monthsPeriodOf(query, context.today, DEFAULT_MONTHS);
        refuseTooMany(monthsOf(period).length, groupBy, limit);
        const answer = await list(period, context, () =>
          movementsByMonth(context.db, period, { ...scope, groupBy, limit }, context.today),
        );
        return { ...answer, data: answer.data.map((row) => ({ ...row, ...shown(role, groupBy, row) })) };
      },
    }),
    reads.route({
      ...common,
      path: DATASETS['revenue-retention'].path,
      operationId: 'revenueRetention',
      summary: 'Churn, retention over 12 months, ARPU and lifetime value by month',
      description: MONTHS,
      query: retentionQuery,
      answers: { 200: { description: 'One row a month.', schema: retentionAnswer } },
      async read({ query, context }) {
        const period = monthsPeriodOf(query, context.today, DEFAULT_MONTHS);
        return list(period, context, () => revenueRetention(context.db, period, context.today));
      },
    }),
    reads.route({
      ...common,
      path: DATASETS['revenue-cohorts'].path,
      operationId: 'revenueCohorts',
      summary: 'Customers and MRR retained, by month of start and age',
      description: `Cohorts that began in the period. ${MONTHS}`,
      query: retentionQuery,
      answers: { 200: { description: 'One row a cohort and month since.', schema: cohortsAnswer } },
      async read({ query, context }) {
        const period = monthsPeriodOf(query, context.today, DEFAULT_MONTHS);
        return list(period, context, () => revenueCohorts(context.db, period, context.today));
      },
    }),
    reads.route({
      ...common,
      path: DATASETS['mrr-by-plan'].path,
      operationId: 'mrrByPlan',
      summary: 'MRR and customers of each plan at the end of the period',
      description: `Largest first; \`limit\` defaults to ${DEFAULT_GROUPS}. Without \`from\` and \`to\`: the last ${DEFAULT_DAYS} days.`,
      query: planQuery,
      answers: { 200: { description: 'One row a plan.', schema: plansAnswer } },
      async read({ query, role, context }) {
        const period = periodOf(query, context.today, DEFAULT_DAYS);
        const answer = await list(period, context, () => mrrByPlan(context.db, period, query.limit ?? DEFAULT_GROUPS));
        return { ...answer, data: answer.data.map((row) => (role === 'figures' ? { ...row, name: row.plan } : row)) };
      },
    }),
    reads.route({
      ...common,
      path: DATASETS['largest-movements'].path,
      operationId: 'largestMovements',
      summary: 'The largest changes of single customers',
      description: `Largest first; \`limit\` defaults to ${DEFAULT_GROUPS}. Without \`from\` and \`to\`: the last ${DEFAULT_DAYS} days.`,
      query: largestQuery,
      answers: { 200: { description: 'One row a customer, day and movement.', schema: largestAnswer } },
      async read({ query, role, context }) {
        refuseName(role, query.customer);
        const { limit = DEFAULT_GROUPS, movement, ...scope } = query;
        const period = periodOf(query, context.today, DEFAULT_DAYS);
        return list(period, context, async () =>
          (
            await largestMovements(context.db, period, { ...scope, movement, limit, plansById: role === 'figures' })
          ).map((row) => standInFor(pseudonyms, role, row)),
        );
      },
    }),
  ];

  /** A plan's nickname may be a customer's name, so `figures` sees its id. */
  function shown(
    role: Role,
    groupBy: string,
    { group, name }: { readonly group: string | null; readonly name: string | null },
  ): { readonly group: string | null; readonly name: string | null } {
    if (role !== 'figures' || group === null) return { group, name };
    const stand = groupBy === 'customer' ? nameOf(role, group) : group;
    return { group: stand, name: stand };
  }
}

/** Whether there is such a customer is itself a name to somebody who may see none. */
export function refuseName(role: Role, customer: string | undefined): void {
  if (role === 'figures' && customer !== undefined)
    throw invalid([{ field: 'customer', message: 'names a customer, which this token may not' }]);
}

function refuseTooMany(buckets: number, groupBy: string, limit: number): void {
  if (groupBy === 'none' || buckets * (limit + 1) <= MAX_ROWS) return;
  const most = Math.max(1, Math.floor(MAX_ROWS / buckets) - 1);
  throw invalid([{ field: 'limit', message: `must be at most ${most} for this period, or the period shorter` }]);
}
