import { REFERENCE_PATHS } from '../../../contract/reference-data.ts';
import type { ApiDeps } from '../../deps.ts';
import { jsonBody, noBody } from '../../http/body.ts';
import { route, type Route } from '../../http/route.ts';
import { periodOf } from '../../shared/period.ts';
import type { Reads } from '../../reads/cached-reads.ts';
import { noParams, noQuery } from '../../shared/schemas.ts';
import { withCustomerNames } from '../../../customers/details.ts';
import { listLinks, putLink } from '../../../customers/links.ts';
import { unlinkedIn } from '../../../customers/unlinked.ts';
import { suggestionRoutes } from './suggestion-routes.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { linkBody, links, linksQuery, storedLinks, unlinked, unlinkedQuery } from './schema.ts';

const DEFAULT_LIMIT = 100;
const DEFAULT_DAYS = 30;
const common = { tag: 'Customers and users', params: noParams } as const;

export function customerUserRoutes(deps: ApiDeps, reads: Reads): Route[] {
  return [
    route({
      ...common,
      method: 'get',
      roles: ['admin', 'viewer'],
      body: noBody,
      path: REFERENCE_PATHS.customerUsers,
      operationId: 'listCustomerUsers',
      summary: 'Which users belong to which Stripe customer',
      description: `With every period, by user; \`limit\` defaults to ${DEFAULT_LIMIT}.`,
      query: linksQuery,
      answers: { 200: { description: 'One row a link.', schema: links } },
      async handle({ query, caller }) {
        const { cursor, limit = DEFAULT_LIMIT, ...filter } = query;
        const after = cursor === undefined ? undefined : readCursor(cursor);
        const { rows, next } = await listLinks(deps.pool, { ...filter, after, limit });
        return {
          status: 200,
          json: {
            data: await withCustomerNames(
              deps.pool,
              caller.role === 'admin' ? rows : rows.map((row) => ({ ...row, createdBy: null })),
            ),
            nextCursor: next && writeCursor(next),
          },
        };
      },
    }),
    reads.route({
      tag: common.tag,
      roles: ['admin', 'viewer'],
      path: REFERENCE_PATHS.unlinked,
      operationId: 'listUnlinked',
      summary: 'Customers with revenue and users with usage that no link connects',
      description:
        `What margin-by-customer shows as unmatched, largest first; \`limit\` defaults to ${DEFAULT_LIMIT} of each. ` +
        `Without \`from\` and \`to\`: the last ${DEFAULT_DAYS} days, today included.`,
      query: unlinkedQuery,
      answers: { 200: { description: 'Customers and users without a link.', schema: unlinked } },
      read: ({ query, context }) =>
        unlinkedIn(context.db, periodOf(query, context.today, DEFAULT_DAYS), query.limit ?? DEFAULT_LIMIT),
    }),
    route({
      ...common,
      method: 'put',
      path: REFERENCE_PATHS.customerUsers,
      operationId: 'putCustomerUser',
      roles: ['admin'],
      summary: 'Says to which customer a user belongs, from when until when',
      description:
        'A user has one customer a day: other links of the user are cut where they overlap these days and keep ' +
        'all others, so that past margins do not change. `customer: null` removes the user from its customer.',
      query: noQuery,
      body: jsonBody(linkBody, { required: true }),
      answers: { 200: { description: 'All links of the user. The same twice changes nothing.', schema: storedLinks } },
      async handle({ body, caller }) {
        const now = await deps.clock.now();
        const { rows, changed } = await deps.transaction((tx) => putLink(tx, body, { now, by: caller.subject }));
        return { status: 200, json: { data: await withCustomerNames(deps.pool, rows), changed } };
      },
    }),
    ...suggestionRoutes(deps),
  ];
}
