import { z } from 'zod';
import { MONTH_PATHS } from '../../../contract/months.ts';
import { canonicalJson } from '../../../months/canonical.ts';
import { listMonths } from '../../../months/list-months.ts';
import { statementPage } from '../../../months/page/statement-page.ts';
import { PAGE_HEADERS } from '../../../months/page/style.ts';
import { statementCsv } from '../../../months/statement-csv.ts';
import type { ApiDeps } from '../../deps.ts';
import { HttpProblem } from '../../http/problem.ts';
import type { Route } from '../../http/route.ts';
import type { ReadContext, Reads } from '../../reads/cached-reads.ts';
import { noQuery } from '../../shared/schemas.ts';
import { closingRoutes } from './closing-routes.ts';
import { statementDocument } from './page-answer.ts';
import { readChanges, readMonth, versionsFor } from './read-month.ts';
import { monthAnswer, monthChangesAnswer, monthList, monthParams, pageQuery, statement, viewQuery } from './schema.ts';

const common = { tag: 'Months', roles: ['admin', 'viewer'] } as const;

export function monthRoutes(deps: ApiDeps, reads: Reads): Route[] {
  /** What is asked for as text: the frozen bytes, or the present statement in the same form. */
  async function documentOf(context: ReadContext, month: string, view: 'closed' | 'live' | undefined): Promise<string> {
    const { document, live } = await readMonth(deps, context, month);
    if (document === undefined && view === 'closed') throw new HttpProblem(404, `${month} is not closed.`);
    return document !== undefined && view !== 'live' ? document : canonicalJson(live);
  }

  return [
    reads.route({
      ...common,
      path: MONTH_PATHS.list,
      operationId: 'listMonths',
      summary: 'Months with figures, and which of them are closed',
      description: 'Newest first, at most 60.',
      query: noQuery,
      answers: { 200: { description: 'One row a month.', schema: monthList } },
      read: async ({ context: { db, today } }) => ({ data: await listMonths(db, today) }),
    }),
    reads.routeAt({
      ...common,
      path: MONTH_PATHS.json,
      operationId: 'monthDocument',
      summary: 'The statement of a month as canonical JSON',
      description: 'Of a closed month the bytes that were frozen: their SHA-256 is the one of its version.',
      query: viewQuery,
      params: monthParams,
      answers: { 200: { description: 'The statement.', schema: statement } },
      read: ({ query, params, context }) => documentOf(context, params.month, query.view),
      finish: async (text) => ({ content: { text }, cacheable: true }),
    }),
    reads.routeAt({
      ...common,
      path: MONTH_PATHS.csv,
      operationId: 'monthCsv',
      summary: 'The statement of a month as CSV',
      description: 'A row for each figure, then the lines that add up to it.',
      query: viewQuery,
      params: monthParams,
      answers: { 200: { description: 'CSV with a header, UTF-8.', contentType: 'text/csv', schema: z.string() } },
      read: ({ query, params, context }) => documentOf(context, params.month, query.view),
      finish: async (text, { params }) => ({
        content: {
          text: statementCsv(statement.parse(JSON.parse(text))),
          contentType: 'text/csv; charset=utf-8',
          headers: { 'Content-Disposition': `attachment; filename="statement-${params.month}.csv"` },
        },
        cacheable: true,
      }),
    }),
    reads.routeAt({
      ...common,
      path: MONTH_PATHS.html,
      operationId: 'monthHtml',
      summary: 'The statement of a month as one HTML document',
      description: 'Without script and requests, for the browser, for print and as a file.',
      query: pageQuery,
      params: monthParams,
      answers: { 200: { description: 'The statement.', contentType: 'text/html', schema: z.string() } },
      read: ({ query, params, role, context }) =>
        statementDocument(deps, context, { month: params.month, view: query.view, lang: query.lang ?? 'en' }, role),
      finish: async (page) => ({
        content: { text: await statementPage(page), contentType: 'text/html; charset=utf-8', headers: PAGE_HEADERS },
        cacheable: true,
      }),
    }),
    reads.routeAt({
      ...common,
      path: MONTH_PATHS.month,
      operationId: 'month',
      summary: 'The statement of a month: as known now, and as it was closed',
      description:
        'Its figures are those of the summary over the same days. A statement holds no name of a person: what is ' +
        'erased later is not in it.',
      query: noQuery,
      params: monthParams,
      answers: { 200: { description: 'The month.', schema: monthAnswer } },
      async read({ params, role, context }) {
        const { document, versions, ...month } = await readMonth(deps, context, params.month);
        const frozen: unknown = document === undefined ? null : JSON.parse(document);
        return { ...month, versions: versionsFor(role, versions), frozen };
      },
    }),
    reads.routeAt({
      ...common,
      path: MONTH_PATHS.changes,
      operationId: 'monthChanges',
      summary: 'What has changed since the month was closed',
      description:
        'Every later invoice, correction, void, rate and restatement with its difference; the differences of a figure ' +
        'add up to its change exactly. Viewers see no people.',
      query: noQuery,
      params: monthParams,
      answers: { 200: { description: 'The changes.', schema: monthChangesAnswer } },
      read: ({ params, role, context }) => readChanges(deps, context, params.month, role),
    }),
    ...closingRoutes(deps),
  ];
}
