import { z } from 'zod';
import { auditPage } from '../../../access/audit-log.ts';
import { listTokens, revokeToken } from '../../../access/tokens.ts';
import { ACCESS_PATHS } from '../../../contract/access.ts';
import type { TokenRegistry } from '../../auth/token-registry.ts';
import type { ApiDeps } from '../../deps.ts';
import { jsonBody, noBody } from '../../http/body.ts';
import { HttpProblem, invalid } from '../../http/problem.ts';
import { route, type Route } from '../../http/route.ts';
import { noParams, noQuery } from '../../shared/schemas.ts';
import { auditLog, auditQuery, tokenParams, tokens } from './schema.ts';

const common = { tag: 'Access', roles: ['admin'] } as const;
const DEFAULT_ROWS = 100;

/** Who may use the API, and who did what. Administrators only, since both name people. */
export function accessRoutes(deps: ApiDeps, registry: Pick<TokenRegistry, 'forget'>): Route[] {
  return [
    route({
      ...common,
      method: 'get',
      path: ACCESS_PATHS.tokens,
      operationId: 'listTokens',
      summary: 'Tokens that this installation signed',
      description:
        'The one used last first. A token appears when `npm run token` makes it beside this database, or when it is ' +
        'used for the first time. Tokens of another issuer (JWKS_URL), and those made before they had an id, do not.',
      query: noQuery,
      params: noParams,
      body: noBody,
      answers: { 200: { description: 'One row a token; the tokens themselves are stored nowhere.', schema: tokens } },
      handle: async () => ({ status: 200, json: { data: await listTokens(deps.pool) } }),
    }),
    route({
      ...common,
      method: 'post',
      path: ACCESS_PATHS.revoke,
      operationId: 'revokeToken',
      summary: 'Revokes a token',
      description:
        'It is refused at once by this exporter, and within five seconds by any other on the same database. It cannot ' +
        'be undone: make a new token.',
      query: noQuery,
      params: tokenParams,
      body: jsonBody(z.strictObject({}), { required: false }),
      answers: {
        200: { description: 'The token, revoked. Revoking it again changes nothing.', schema: tokens },
        404: { description: 'No token of this id is known.' },
      },
      async handle({ params, caller }) {
        const row = await revokeToken(deps.pool, params.id, caller.subject);
        if (row === undefined)
          throw new HttpProblem(404, 'No token of this id is known; GET /api/v1/admin/tokens lists them.');
        registry.forget();
        return { status: 200, json: { data: [row] } };
      },
    }),
    route({
      ...common,
      method: 'get',
      path: ACCESS_PATHS.auditLog,
      operationId: 'auditLog',
      summary: 'Who wrote or exported what, and who was refused',
      description:
        `Newest first; \`limit\` defaults to ${DEFAULT_ROWS}. Every write, export and refused write; never a body, a ` +
        'query string or a token. Of writes without a valid token at most sixty a minute are noted.',
      query: auditQuery,
      params: noParams,
      body: noBody,
      answers: { 200: { description: 'One row a request.', schema: auditLog } },
      async handle({ query: { from, to, cursor, limit = DEFAULT_ROWS } }) {
        if (from !== undefined && to !== undefined && from >= to)
          throw invalid([{ field: 'from', message: 'must be before `to`, which is exclusive' }]);
        const rows = await auditPage(deps.pool, { from, to, limit: limit + 1, before: cursor });
        const data = rows.slice(0, limit);
        return { status: 200, json: { data, nextCursor: rows.length > limit ? (data.at(-1)?.id ?? null) : null } };
      },
    }),
  ];
}
