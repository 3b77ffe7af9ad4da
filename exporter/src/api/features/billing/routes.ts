import { BILLING_PATHS, type BillingAdjustmentRow } from '../../../contract/billing.ts';
import type { ApiWarning } from '../../../contract/datasets.ts';
import {
  correctionSchema,
  monthWarning,
  statementOfInvoice,
  statementsOfForm,
  voidSchema,
} from '../../../invoices/entry-schema.ts';
import { adjustmentHistory, storedRows } from '../../../invoices/history.ts';
import type { InvoiceStatement } from '../../../invoices/invoice.ts';
import type { InvoiceService, Stored } from '../../../invoices/service.ts';
import type { AuthorOf } from '../../auth/grafana-id.ts';
import type { ApiDeps } from '../../deps.ts';
import { jsonBody, noBody } from '../../http/body.ts';
import { invalid } from '../../http/problem.ts';
import { route, type Reply, type Route } from '../../http/route.ts';
import { presentTime } from '../../shared/present-time.ts';
import { noParams, noQuery } from '../../shared/schemas.ts';
import { orProblem } from './refusals.ts';
import {
  entryAnswer,
  entryBody,
  historyAnswer,
  historyQuery,
  idParams,
  previewAnswer,
  type EntryBody,
} from './schema.ts';

export interface BillingParts {
  readonly invoices: InvoiceService;
  readonly authorOf: AuthorOf;
}

const DEFAULT_LIMIT = 100;
const admin = { tag: 'Invoices', roles: ['admin'], query: noQuery } as const;
const write = { ...admin, method: 'post' } as const;
const CONFLICT = { 409: { description: 'It collides with what is stored: `adjustmentId` names the entry.' } } as const;
const correctionBody = jsonBody(correctionSchema, { required: true, large: true });

export function billingRoutes(deps: ApiDeps, { invoices, authorOf }: BillingParts): Route[] {
  const statementsOf = async (body: EntryBody): Promise<InvoiceStatement[]> =>
    'provider' in body ? [statementOfInvoice(body, (await presentTime(deps)).today)] : statementsOfForm(body);

  return [
    route({
      ...write,
      path: BILLING_PATHS.entry,
      operationId: 'enterInvoice',
      params: noParams,
      body: entryBody,
      summary: 'Enters the invoices of a month, or one invoice of any provider',
      description:
        'Each amount becomes one row, spread by day over its period, and counts at once. The same invoice number is ' +
        'stored once; without a number an overlap with an entry of the same provider is a conflict, unless ' +
        '`additional` is true.',
      answers: { 201: { description: 'The stored rows.', schema: entryAnswer }, ...CONFLICT },
      async handle({ body, caller, request }) {
        const author = await authorOf(request, caller);
        const stored = await orProblem(
          invoices.enterStatements(await statementsOf(body), { origin: 'provider' in body ? 'api' : 'form', author }),
        );
        return created({ ...stored, warnings: [...monthWarningOf(body), ...stored.warnings] });
      },
    }),
    route({
      ...write,
      path: BILLING_PATHS.preview,
      operationId: 'previewInvoice',
      params: noParams,
      body: entryBody,
      summary: 'What an entry would do to its months',
      description: 'Refuses what the entry itself would refuse; nothing is stored.',
      answers: { 200: { description: 'One row a month and provider.', schema: previewAnswer }, ...CONFLICT },
      async handle({ body }) {
        const { rows, warnings } = await orProblem(invoices.previewStatements(await statementsOf(body)));
        return { status: 200, json: { data: rows, warnings: [...monthWarningOf(body), ...warnings] } };
      },
    }),
    route({
      ...admin,
      roles: ['admin', 'viewer'],
      method: 'get',
      path: BILLING_PATHS.history,
      operationId: 'listInvoices',
      params: noParams,
      body: noBody,
      query: historyQuery,
      summary: 'Every version of every invoice',
      description:
        `Viewers see neither authors nor notes nor reasons. Newest first, ${DEFAULT_LIMIT} unless \`limit\` says ` +
        'otherwise; `from` and `to` choose by the period that is billed.',
      answers: { 200: { description: 'One row a version.', schema: historyAnswer } },
      async handle({ query, caller }) {
        if (query.from !== undefined && query.to !== undefined && query.from >= query.to)
          throw invalid([{ field: 'from', message: 'must be before `to`, which is exclusive' }]);
        if (query.cursor !== undefined && !/^[1-9]\d{0,17}$/.test(query.cursor))
          throw invalid([{ field: 'cursor', message: 'must be the nextCursor of an earlier answer' }]);
        const { rows, next } = await adjustmentHistory(deps.pool, {
          ...query,
          current: query.view === 'current',
          limit: query.limit ?? DEFAULT_LIMIT,
          before: query.cursor,
        });
        return {
          status: 200,
          json: { data: caller.role === 'admin' ? rows : rows.map(withoutPeople), nextCursor: next },
        };
      },
    }),
    route({
      ...write,
      path: BILLING_PATHS.correction,
      operationId: 'correctInvoice',
      params: idParams,
      body: correctionBody,
      summary: 'Corrects an invoice by a new version',
      description:
        'Takes the fields that change; `id` is the newest version. A rate stays as it was stored unless it is given.',
      answers: { 201: { description: 'The new version.', schema: entryAnswer }, ...CONFLICT },
      async handle({ params, body, caller, request }) {
        return created(await orProblem(invoices.correct(params.id, body, await authorOf(request, caller))));
      },
    }),
    route({
      ...write,
      path: BILLING_PATHS.correctionPreview,
      operationId: 'previewCorrection',
      params: idParams,
      body: correctionBody,
      summary: 'What a correction would do to its months',
      description: 'Nothing is stored.',
      answers: { 200: { description: 'One row a month and provider.', schema: previewAnswer }, ...CONFLICT },
      async handle({ params, body }) {
        const { rows, warnings } = await orProblem(invoices.previewCorrection(params.id, body));
        return { status: 200, json: { data: rows, warnings } };
      },
    }),
    route({
      ...write,
      path: BILLING_PATHS.void,
      operationId: 'voidInvoice',
      params: idParams,
      body: jsonBody(voidSchema, { required: true, large: true }),
      summary: 'Takes an invoice out of the books',
      description: 'The row stays, with who, when and why; the next best source counts again.',
      answers: { 201: { description: 'The new version.', schema: entryAnswer }, ...CONFLICT },
      async handle({ params, body, caller, request }) {
        return created(await orProblem(invoices.void(params.id, body.reason, await authorOf(request, caller))));
      },
    }),
  ];
}

/** Where a month has to be guessed from a date of its first days. */
function monthWarningOf(body: EntryBody): ApiWarning[] {
  return 'provider' in body
    ? monthWarning({
        billingDate: body.billingDate,
        given: body.periodStart !== undefined && body.periodEnd !== undefined,
      })
    : monthWarning({ billingDate: body.billingDate, given: body.month !== undefined });
}

function created(stored: Stored): Reply {
  return { status: 201, json: { data: storedRows(stored), warnings: stored.warnings } };
}

/** What a viewer may see of a version: annotations and boards need the money and the days, not the people. */
function withoutPeople(row: BillingAdjustmentRow): BillingAdjustmentRow {
  return { ...row, notes: null, reason: null, createdBy: null };
}
