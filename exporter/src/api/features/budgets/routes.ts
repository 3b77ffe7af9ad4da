import { DATASETS, READERS, type BudgetRow, type BudgetScope } from '../../../contract/datasets.ts';
import { forecastRows } from '../../../budgets/forecast.ts';
import { monthStanding } from '../../../budgets/month-standing.ts';
import { isKnownScope, listBudgets, putBudget } from '../../../budgets/store.ts';
import { providerDays } from '../../../ledger/provider-days.ts';
import { addMonths, monthStart, nextMonthStart } from '../../../money/days.ts';
import type { ApiDeps } from '../../deps.ts';
import { jsonBody, noBody } from '../../http/body.ts';
import { invalid } from '../../http/problem.ts';
import { route, type Route } from '../../http/route.ts';
import { envelopeOf, withProvenance } from '../../shared/provenance.ts';
import type { Reads } from '../../reads/cached-reads.ts';
import { noParams, noQuery } from '../../shared/schemas.ts';
import { budgetBody, budgets, budgetsQuery, forecast, forecastQuery, standing, storedBudgets } from './schema.ts';

const PATH = '/admin/budgets';

export function budgetRoutes(deps: ApiDeps, reads: Reads): Route[] {
  return [
    reads.route({
      path: DATASETS.forecast.path,
      operationId: 'forecast',
      tag: 'Budgets',
      roles: READERS,
      summary: 'Where the running month will end, by provider and as a whole',
      description:
        'Complete days + every remaining day at the median of the last seven complete days; a day that an invoice or ' +
        'a fixed price covers counts as that.',
      query: forecastQuery,
      answers: { 200: { description: 'One row a provider, and `all`.', schema: forecast } },
      async read({ query, context: { db, today }, context }) {
        // The trailing week of the 1st reaches into the month before.
        const month = { from: addMonths(today, 0), to: nextMonthStart(today) };
        const figures = async () =>
          forecastRows(
            await providerDays(db, { ...month, from: addMonths(today, -1) }),
            await listBudgets(db, false),
            today,
          );
        const { rows, provenance } = await withProvenance(
          deps,
          context,
          { ...month, provider: query.provider },
          figures,
        );
        return {
          data: rows.filter(({ provider }) => query.provider === undefined || provider === query.provider),
          ...envelopeOf(month, provenance),
        };
      },
    }),
    reads.route({
      path: `${PATH}/standing`,
      operationId: 'budgetStanding',
      tag: 'Budgets',
      roles: ['admin', 'viewer'],
      summary: 'Where the running month stands against each budget',
      description:
        'What is spent, what is expected, and each threshold with the day on which it was passed or is expected to be. ' +
        'A budget of a customer or user is about LLM cost.',
      query: noQuery,
      answers: { 200: { description: 'One row a budget in force.', schema: standing } },
      read: async ({ context: { db, today } }) => ({
        from: monthStart(today),
        to: nextMonthStart(today),
        data: await monthStanding(db, today),
      }),
    }),
    route({
      method: 'get',
      path: PATH,
      operationId: 'listBudgets',
      tag: 'Budgets',
      roles: ['admin', 'viewer'],
      summary: 'Monthly budgets',
      description:
        'One row a provider (and `all`), customer and user, or every version with `?history=true`: who set it, when, and what it was ' +
        'before. Viewers see no people.',
      query: budgetsQuery,
      params: noParams,
      body: noBody,
      answers: { 200: { description: 'Budgets; `monthUsd` null: taken away.', schema: budgets } },
      async handle({ query, caller }) {
        const rows = await listBudgets(deps.pool, query.history === true);
        return { status: 200, json: { data: caller.role === 'admin' ? rows : rows.map(withoutPeople) } };
      },
    }),
    route({
      method: 'put',
      path: PATH,
      operationId: 'putBudget',
      tag: 'Budgets',
      roles: ['admin'],
      summary: 'Sets or takes away the monthly budget of a provider, the whole, a customer or a user',
      description:
        'Nothing is overwritten: a change is a new version. The same budget twice is stored once. It wins over ' +
        'BUDGETS_USD, also when it is taken away. Of a customer or user nothing is known of: 400.',
      query: noQuery,
      params: noParams,
      body: jsonBody(budgetBody, { required: true }),
      answers: {
        200: {
          description: 'The version in force; empty where a budget was taken away that never was.',
          schema: storedBudgets,
        },
      },
      async handle({ body, caller }) {
        const now = await deps.clock.now();
        const scope = {
          provider: body.provider ?? null,
          customer: body.customer ?? null,
          userId: body.userId ?? null,
        };
        const isKnown = body.monthUsd === null || (await isKnownScope(deps.pool, scope));
        if (!isKnown && scope.provider === null) throw unknownName(scope);
        const { stored, rows } = await deps.transaction((tx) =>
          putBudget(tx, { ...body, ...scope, now, by: caller.subject }),
        );
        if (stored) await deps.changes.emit({ kind: 'budget' });
        const warnings = isKnown
          ? []
          : [`nothing is known of a provider ${scope.provider ?? ''}; the budget waits for its first cost`];
        return { status: 200, json: { data: rows, warnings } };
      },
    }),
  ];
}

function unknownName({ customer, userId }: BudgetScope): Error {
  const [field, name] = customer === null ? ['userId', userId] : ['customer', customer];
  const where = customer === null ? 'LLM usage' : "Stripe's customers";
  return invalid([{ field, message: `nothing is known of ${name ?? ''} in the ${where}: look for a typing mistake` }]);
}

function withoutPeople(row: BudgetRow): BudgetRow {
  return { ...row, createdBy: null };
}
