import compression from 'compression';
import express, { type Express } from 'express';
import helmet from 'helmet';
import type { TokenIdentity } from '../access/tokens.ts';
import { API_BASE } from '../contract/datasets.ts';
import { createGuard, fixedToken } from './auth/guard.ts';
import { createTokenRegistry } from './auth/token-registry.ts';
import { createVerifier } from './auth/verify.ts';
import type { ApiDeps } from './deps.ts';
import { inboxOf } from './features/inbox/inbox-of.ts';
import { allRoutes } from './features/index.ts';
import { createAuditTrail } from './http/audit.ts';
import { encodeJson, sendEncoded, type EncodedAnswer } from './http/encoded.ts';
import { problemAnswers } from './http/errors.ts';
import { checkHost } from './http/host.ts';
import { DEFAULT_LIMITS, limitOf } from './http/limits.ts';
import { mountRoutes } from './http/mount.ts';
import { nameRoute, observeRequests } from './http/observe.ts';
import { HttpProblem } from './http/problem.ts';
import { readyProbe } from './http/ready.ts';
import { requestLog } from './http/request-log.ts';
import { createPageSender } from './http/shared-page.ts';
import { deliveryWays, inboundMailRoutes } from './inbound/routes.ts';
import { openApiDocument } from './openapi.ts';
import { monthPages } from './pages/month-page.ts';
import { createSessions } from './pages/sessions.ts';
import { signInRoutes } from './pages/sign-in.ts';
import { createReads } from './reads/cached-reads.ts';

/** The whole HTTP API of the exporter. It owns no connection and no timer: the creator of `deps` closes them. */
export function createApi(deps: ApiDeps): Express {
  const { settings } = deps;
  const limits = { ...DEFAULT_LIMITS, ...deps.limits };
  const verify = createVerifier({
    secret: deps.jwtSecret,
    jwksUrl: settings.JWKS_URL,
    issuer: settings.JWT_ISSUER,
    audience: settings.JWT_AUDIENCE,
    roleClaim: settings.JWT_ROLE_CLAIM,
    jwks: deps.jwks,
  });
  const registry = createTokenRegistry(deps);
  const limitFailures = limitOf(limits.failedLogins);
  const guards = {
    authenticate: createGuard(verify, limitFailures, (token) => registry.isRevoked(token)),
    limitWrites: limitOf(limits.writes),
    audit: createAuditTrail(deps),
  };
  const reads = createReads(deps);
  const inbox = inboxOf(deps);
  const routes = allRoutes(deps, registry, reads, inbox);
  const isRevoked = (token: TokenIdentity): Promise<boolean> => registry.isRevoked(token);
  const sessions = createSessions(deps.jwtSecret, isRevoked);
  const document = openApiDocument(routes, deliveryWays(deps), deps.version);

  // Encoded and compressed once, by the first request.
  let encodedDocument: Promise<EncodedAnswer> | undefined;
  const sendPage = createPageSender();

  const app = express();
  app.disable('x-powered-by').set('trust proxy', false);
  app.use(observeRequests((request) => deps.metrics.observeRequest(request)));
  app.use(requestLog(deps.log));
  app.use(
    helmet({
      contentSecurityPolicy: { directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] }, useDefaults: false },
      strictTransportSecurity: false,
    }),
  );

  // Probes and scrapes come first, so that no other middleware slows them down.
  app.get('/-/healthy', (_request, response) => {
    nameRoute(response, '/-/healthy');
    response.set('Cache-Control', 'no-store').type('text').send('ok\n');
  });
  app.get('/-/ready', readyProbe(deps.health));
  app.use(checkHost(settings.PUBLIC_HOSTS));
  app.use(compression());
  app.get(
    '/metrics',
    (_request, response, next) => {
      nameRoute(response, '/metrics');
      next();
    },
    fixedToken(settings.METRICS_TOKEN),
    async (request, response) => {
      response.set('Cache-Control', 'no-store');
      await sendPage(request, response, await deps.metrics.render());
    },
  );
  app.get(['/openapi.json', `${API_BASE}/openapi.json`], async (request, response) => {
    nameRoute(response, '/openapi.json');
    encodedDocument ??= encodeJson(document);
    response.set('Cache-Control', 'no-cache');
    sendEncoded(request, response, await encodedDocument);
  });
  app.use(monthPages({ deps, reads, sessions, audit: guards.audit }));
  app.use(signInRoutes({ sessions, verify, isRevoked, limitFailures, audit: guards.audit }));
  app.use(inboundMailRoutes({ deps, inbox, limitFailures, limitWrites: guards.limitWrites, audit: guards.audit }));
  app.use(API_BASE, mountRoutes(routes, API_BASE, guards));
  for (const path of ['/', '/status', '/sign-in', '/-/healthy', '/-/ready', '/metrics', '/openapi.json']) {
    app.all(path, () => {
      throw new HttpProblem(405, 'Use GET, HEAD here.', { headers: { Allow: 'GET, HEAD' } });
    });
  }
  app.use(() => {
    throw new HttpProblem(404, 'There is nothing at this path; / lists what there is.');
  });
  app.use(problemAnswers(deps.log));
  return app;
}
