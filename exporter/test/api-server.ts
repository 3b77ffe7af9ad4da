import { randomBytes } from 'node:crypto';
import { Writable } from 'node:stream';
import type { AddressInfo } from 'node:net';
import pino from 'pino';
import { z } from 'zod';
import { createApi } from '../src/api/api.ts';
import type { ApiDeps } from '../src/api/deps.ts';
import { createHttpServer, type ServerTimeouts } from '../src/api/http/server.ts';
import { allRoutes } from '../src/api/features/index.ts';
import type { Route } from '../src/api/http/route.ts';
import { mintToken, type TokenRequest } from '../src/api/auth/mint.ts';
import type { Role } from '../src/contract/datasets.ts';
import { createDoctor } from '../src/doctor/service.ts';
import { createChanges, type Change } from '../src/process/changes.ts';
import { createClock } from '../src/database/clock.ts';
import type { Collector } from '../src/collectors/contract.ts';
import { createMetrics } from '../src/metrics/index.ts';
import { createRunner } from '../src/runner/runner.ts';
import { loadSettings } from '../src/settings/load.ts';
import { createPool, keepsSessions, withTransaction } from '../src/database/pool.ts';
import { createReader } from '../src/database/reader.ts';
import { fakeCollectors } from './fake-collector.ts';

export const JWT_SECRET = 'a-test-secret-of-more-than-32-bytes!';
export const NOW = '2026-03-15T12:00:00Z';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed body; undefined where it is not JSON. */
  readonly json: unknown;
}

export interface TestApi {
  readonly url: string;
  /** The routes with their schemas, for comparing answers with what is documented. */
  readonly routes: readonly Route[];
  readonly changes: Change[];
  readonly observed: { method: string; route: string; code: number }[];
  /** Everything that was logged. */
  logged(): string;
  get(path: string, role?: Role): Promise<Answer>;
  send(
    method: string,
    path: string,
    options?: RequestInit & { readonly role?: Role | undefined; readonly body?: string },
  ): Promise<Answer>;
  close(): Promise<void>;
}

export interface TestApiOptions {
  readonly collectors?: readonly Collector[];
  readonly env?: Readonly<Record<string, string>>;
  readonly deps?: Partial<ApiDeps>;
  readonly timeouts?: Partial<ServerTimeouts>;
}

/** The API as it is served: a real socket, the real runner, clock and metrics on a real database. */
export async function startApi(databaseUrl: string, options: TestApiOptions = {}): Promise<TestApi> {
  const settings = loadSettings({ JWT_SECRET, NOW, ...options.env });
  const lines: string[] = [];
  const log = pino(
    { level: 'debug' },
    new Writable({
      write: (chunk, _encoding, done) => {
        lines.push(String(chunk));
        done();
      },
    }),
  );
  const pool = createPool(databaseUrl, { max: 5, connectionTimeoutMs: 2_000 });
  const clock = createClock({ now: settings.NOW, db: pool });
  const changes = createChanges(log);
  const seen: Change[] = [];
  changes.subscribe((change) => void seen.push(change));
  const collectors = options.collectors ?? fakeCollectors();
  const ready = collectors.filter((collector) => collector.configured().outcome !== 'skipped').map(({ name }) => name);
  const metrics = createMetrics({
    version: '0.0.0',
    revision: 'test',
    facts: () => ({ enabled: new Set(ready), nextRun: null }),
  });
  const runner = createRunner({ collectors, pool, clock, log, observer: metrics, changes });
  const observed: TestApi['observed'] = [];
  const deps: ApiDeps = {
    settings,
    jwtSecret: settings.JWT_SECRET,
    documentKey: settings.DOCUMENT_KEY ?? randomBytes(32).toString('base64'),
    version: '0.0.0',
    pool,
    transaction: (action) => withTransaction(pool, action),
    readPool: pool,
    reader: createReader(() => pool, keepsSessions),
    clock,
    runner,
    doctor: createDoctor({
      collectors,
      db: pool,
      clock,
      log,
      redact: (text) => text.replaceAll(JWT_SECRET, '***'),
      stopping: new AbortController().signal,
    }),
    changes,
    log,
    collectors: {
      settings: () => collectors.map((collector) => ({ name: collector.name, readiness: collector.configured() })),
      nextRun: () => new Date('2026-03-16T00:30:00Z'),
    },
    emails: { emailsOf: async () => new Map([['user-anna-1234', 'anna@example.com']]) },
    metrics: {
      render: () => metrics.render(),
      observeRequest: ({ method, route, code }) => void observed.push({ method, route, code }),
    },
    health: { ready: () => true },
    ...options.deps,
  };
  const server = createHttpServer(createApi(deps), options.timeouts);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${portOf(server.address())}`;

  async function send(
    method: string,
    path: string,
    { role = 'admin', headers, ...init }: RequestInit & { readonly role?: Role | undefined } = {},
  ): Promise<Answer> {
    const authorised = new Headers(headers);
    if (!authorised.has('authorization')) authorised.set('authorization', `Bearer ${await token({ role })}`);
    if (init.body !== undefined && !authorised.has('content-type')) authorised.set('content-type', 'application/json');
    const response = await fetch(url + path, { redirect: 'error', ...init, method, headers: authorised });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      text,
      json: (response.headers.get('content-type') ?? '').includes('json') ? JSON.parse(text || 'null') : undefined,
    };
  }

  return {
    url,
    routes: allRoutes(deps),
    changes: seen,
    observed,
    logged: () => lines.join(''),
    get: (path, role = 'viewer') => send('GET', path, { role }),
    send,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await runner.stop();
      await pool.end();
    },
  };
}

/** A token as `npm run token` makes it, valid for an hour by default. */
export function token(request: Partial<TokenRequest> = {}, secret = JWT_SECRET): Promise<string> {
  return mintToken(secret, {
    role: 'viewer',
    subject: 'test',
    expiresAt: Math.floor(Date.now() / 1000) + 3_600,
    roleClaim: 'role',
    ...request,
  });
}

function portOf(address: AddressInfo | string | null): number {
  return z.object({ port: z.number() }).parse(address).port;
}
