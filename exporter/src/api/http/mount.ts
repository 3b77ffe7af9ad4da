import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import express, { type Request, type RequestHandler, type Response, type Router } from 'express';
import type { AuditEntry } from '../../access/audit-log.ts';
import type { AuditTrail } from './audit.ts';
import { sendEncoded } from './encoded.ts';
import { passes } from './middleware.ts';
import { HttpProblem } from './problem.ts';
import type { Caller, Reply, Route } from './route.ts';
import { nameRoute } from './observe.ts';

export interface Guards {
  /** The caller of a request; throws a problem (401, 429, 503) without one. */
  authenticate(request: Request, response: Response): Promise<Caller>;
  /** Counts a change; sends the 429 itself when there are too many. */
  readonly limitWrites: RequestHandler;
  readonly audit: AuditTrail;
}

/**
 * Express routes for `routes` below `base`. The token is asked for first, on every path, known or not, so that
 * nobody without a token learns which paths exist; then the role, the rate of changes, the inputs.
 */
export function mountRoutes(routes: readonly Route[], base: string, guards: Guards): Router {
  const router = express.Router({ caseSensitive: true });
  router.use((request, response, next) => {
    // Fetch adds "no-cache" to every conditional request, which Express takes for "send it all again".
    delete request.headers['cache-control'];
    response.set({ 'Cache-Control': 'private, no-cache', Vary: 'Authorization' });
    next();
  });
  for (const [path, group] of Map.groupBy(routes, (route) => route.doc.path)) {
    const pattern = path.replaceAll(/\{(\w+)\}/g, ':$1');
    const methods = group.map((route) => route.doc.method.toUpperCase());
    router.all(pattern, (_request, response, next) => {
      nameRoute(response, base + path);
      next();
    });
    for (const route of group) router[route.doc.method](pattern, handlerOf(route, guards));
    router.all(pattern, async (request, response) => {
      await guards.authenticate(request, response);
      const allowed = [...methods, ...(methods.includes('GET') ? ['HEAD'] : [])].join(', ');
      throw new HttpProblem(405, `Use ${allowed} here.`, { headers: { Allow: allowed } });
    });
  }
  router.use(async (request, response) => {
    await guards.authenticate(request, response);
    throw new HttpProblem(404, 'There is nothing at this path; /openapi.json lists what there is.');
  });
  return router;
}

function handlerOf(route: Route, guards: Guards): RequestHandler {
  const isAudited = route.doc.method !== 'get' || route.doc.audited === true;
  return async (request, response) => {
    const known: { caller?: Caller } = {};
    // Express empties the parameters before the response closes.
    const target = Object.values(request.params).join(' ').slice(0, 200) || null;
    if (isAudited)
      response.once('close', () => guards.audit.add({ ...entryOf(route, response, known.caller), target }));
    const caller = await guards.authenticate(request, response);
    known.caller = caller;
    if (!route.doc.roles.includes(caller.role)) throw new HttpProblem(403);
    if (route.doc.method !== 'get') await passes(guards.limitWrites, request, response);
    await send(request, response, await route.answer(request, response, caller));
  };
}

function entryOf(route: Route, response: Response, caller: Caller | undefined): Omit<AuditEntry, 'target'> {
  return {
    at: new Date(),
    subject: caller?.subject ?? null,
    role: caller?.role ?? null,
    tokenId: caller?.tokenId ?? null,
    method: route.doc.method.toUpperCase(),
    route: route.doc.path,
    // Nothing was stored for a client that had gone before its request was read.
    status: response.headersSent ? response.statusCode : 499,
  };
}

async function send(request: Request, response: Response, reply: Reply): Promise<void> {
  response.status(reply.status).set(reply.headers ?? {});
  if ('json' in reply) {
    response.json(reply.json);
    return;
  }
  if ('encoded' in reply) {
    sendEncoded(request, response, reply.encoded);
    return;
  }
  response.type(reply.contentType);
  if (reply.content instanceof Readable) await pipeline(reply.content, response);
  else response.send(reply.content);
}
