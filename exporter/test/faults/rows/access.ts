import { SignJWT, UnsecuredJWT } from 'jose';
import { deflateSync } from 'node:zlib';
import { expect } from 'vitest';
import { z } from 'zod';
import { mintToken } from '../../../src/api/auth/mint.ts';
import { COLLECTOR_NAMES } from '../../../src/contract/providers.ts';
import { BUILT } from '../../built-exporter.ts';
import { runToExit, until } from '../../exporter-process.ts';
import { makePdf, pageOf } from '../../pdf.ts';
import type { TestDatabase } from '../../database.ts';
import { HASTE, unharmed, type Stage } from '../stage.ts';
import { JWT_SECRET, tokenOf, type System } from '../system.ts';
import type { FaultRow } from '../table.ts';

const ENTRY = '/api/v1/admin/billing-adjustment';
const HISTORY = '/api/v1/admin/billing-adjustments';
const SUMMARY = '/api/v1/metrics/summary';
const problem = z.object({ status: z.number(), errors: z.array(z.object({ field: z.string() })).optional() });
const invoice = {
  provider: 'supabase',
  periodStart: '2026-02-01',
  periodEnd: '2026-03-01',
  amount: '25.00',
  currency: 'USD',
};

const seconds = (): number => Math.floor(Date.now() / 1000);

/** Every text of every table, as JSON. */
async function everythingStored({ pool }: TestDatabase): Promise<string> {
  const tables = await pool.query<{ name: string }>(
    "SELECT quote_ident(relname) AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition",
  );
  const texts: string[] = [];
  for (const { name } of tables.rows)
    texts.push(
      (
        await pool.query<{ text: string | null }>(
          `SELECT string_agg(to_jsonb(t)::text, chr(10)) AS text FROM ${name} AS t`,
        )
      ).rows[0]?.text ?? '',
    );
  return texts.join('\n');
}

/** Distinctive, and such that they pass every check of form. */
const SECRETS = {
  DO_API_TOKEN: `dop_v1_${'b7'.repeat(32)}`,
  STRIPE_SECRET_KEY: 'rk_live_51Nq8ZtKpLmWv3Xy7RbTcUfGh',
  WEAVIATE_API_KEY: 'wv8Kq2ZtNpLmWv3Xy7RbTc',
  TWILIO_AUTH_TOKEN: '9f8e7d6c5b4a39281706f5e4d3c2b1a0',
  SUPABASE_KEY: 'sb_secret_Zk8Qw2ErTyUiOpAsDfGhJk',
  SUPABASE_ACCESS_TOKEN: 'sbp_4f1e2d3c4b5a69788796a5b4c3d2e1f0a1b2c3d4',
  PROMETHEUS_BEARER_TOKEN: 'prom-bearer-Xy7RbTcUfGhJk',
  METRICS_TOKEN: 'metrics-token-Xy7RbTcUfGhJk',
  JWT_SECRET: 'jwt-secret-Xy7RbTcUfGhJk-0123456789abcdef',
};

/** Provokes an error wherever a secret comes along, and collects all that can be read of it. */
async function provoke(stage: Stage, system: System, token: string): Promise<string[]> {
  const said: string[] = [];
  for (const fault of [{ echo: 400 }, { echo: 401 }, { echo: 500 }, { echo: 200 }] as const) {
    for (const name of COLLECTOR_NAMES) stage.providers.gateways[name].breakAlways(/./, fault);
    said.push((await system.ask('/api/v1/metrics/sync-all', { method: 'POST' })).text);
    stage.providers.mend();
  }
  const requests: [string, string, Record<string, string>, unknown][] = [
    ['GET', `/api/v1/metrics/summary?token=${token}`, {}, undefined],
    ['GET', `/${token}`, {}, undefined],
    ['GET', '/metrics', { authorization: `Bearer ${token}` }, undefined],
    ['GET', SUMMARY, { authorization: `Bearer ${token}x` }, undefined],
    ['GET', SUMMARY, { authorization: `Basic ${token}` }, undefined],
    ['POST', ENTRY, {}, { ...invoice, amount: token }],
    ['POST', ENTRY, {}, { [token]: 1 }],
    ['PUT', '/api/v1/admin/budgets', {}, { provider: token, monthUsd: '1' }],
  ];
  // What a caller sends of his own may come back to him, but is not ours to keep.
  for (const [method, path, headers, body] of requests)
    await system.ask(path, { method, headers, ...(body === undefined ? {} : { body }) });
  for (const path of [
    '/',
    '/openapi.json',
    '/nope',
    '/api/v1/metrics/sync-status',
    '/api/v1/metrics/sync-logs',
    SUMMARY,
    HISTORY,
    '/-/ready',
  ])
    said.push((await system.ask(path)).text);
  return said;
}

const tokens = async (): Promise<Record<string, string>> => {
  const key = new TextEncoder().encode(JWT_SECRET);
  const claims = { role: 'admin', sub: 'eve', iss: 'me', aud: 'marginboard' };
  const good = {
    role: 'admin',
    subject: 'eve',
    roleClaim: 'role',
    expiresAt: seconds() + 600,
    issuer: 'me',
    audience: 'marginboard',
  } as const;
  return {
    none: '',
    'no token at all': 'abc',
    expired: await mintToken(JWT_SECRET, { ...good, expiresAt: seconds() - 60 }),
    'another algorithm': await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS512' })
      .setExpirationTime('1h')
      .sign(Buffer.concat([key, key])),
    'alg none': new UnsecuredJWT(claims).setExpirationTime('1h').encode(),
    'another secret': await mintToken('another-secret-of-more-than-32-bytes', good),
    'another audience': await mintToken(JWT_SECRET, { ...good, audience: 'other' }),
    'another issuer': await mintToken(JWT_SECRET, { ...good, issuer: 'you' }),
    'no expiry': await new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(key),
  };
};

const upload =
  (system: System, bytes: Uint8Array, type: string) => async (): Promise<{ status: number; text: string }> => {
    const answer = await fetch(`${system.url}${HISTORY}/import`, {
      method: 'POST',
      headers: { 'content-type': type, authorization: `Bearer ${await tokenOf('admin')}` },
      body: new Blob([bytes.slice()]),
    });
    return { status: answer.status, text: await answer.text() };
  };

export const accessRows: readonly FaultRow[] = [
  {
    id: 32,
    fault: 'token: none, expired, wrong algorithm, alg: none, wrong audience or issuer, not admin',
    expected: '401 or 403, no detail, constant time',
    on: [],
    cases: {
      'every bad token is refused alike': async (stage) => {
        const { system } = await stage.own({ JWT_ISSUER: 'me', JWT_AUDIENCE: 'marginboard' });
        const get = async (token: string): Promise<[number, unknown]> => {
          const { status, json } = await system.ask(SUMMARY, {
            role: null,
            headers: { authorization: `Bearer ${token}` },
          });
          return [status, json];
        };
        for (const [name, token] of Object.entries(await tokens()))
          expect(await get(token), name).toEqual([401, { type: 'about:blank', title: 'Unauthorized', status: 401 }]);
        const as = (role: 'admin' | 'viewer' | 'sync') =>
          mintToken(JWT_SECRET, {
            role,
            subject: 'x',
            roleClaim: 'role',
            expiresAt: seconds() + 600,
            issuer: 'me',
            audience: 'marginboard',
          });
        expect((await get(await as('admin')))[0]).toBe(200);
        for (const [role, method, path] of [
          ['viewer', 'POST', ENTRY],
          ['viewer', 'POST', '/api/v1/metrics/sync-all'],
          ['sync', 'POST', ENTRY],
          ['sync', 'GET', SUMMARY],
          ['viewer', 'PUT', '/api/v1/admin/budgets'],
        ] as const) {
          const answer = await system.ask(path, {
            method,
            role: null,
            headers: { authorization: `Bearer ${await as(role)}` },
            ...(method === 'GET' ? {} : { body: {} }),
          });
          expect([answer.status, answer.json], `${role} ${path}`).toEqual([
            403,
            { type: 'about:blank', title: 'Forbidden', status: 403 },
          ]);
        }
      },
    },
  },
  {
    id: 33,
    fault: 'a secret planted in every key and error path',
    expected: 'absent from logs, /metrics, REST, sync log, error bodies',
    on: COLLECTOR_NAMES,
    cases: {
      'every provider repeats what it was sent': async (stage) => {
        const { system, database } = await stage.own(
          {
            ...SECRETS,
            LOG_LEVEL: 'trace',
            SUPABASE_API_URL: stage.providers.gateways.supabase.url,
            SUPABASE_DB_URL: 'postgres://reader:planted-supabase-password@127.0.0.1:1/postgres',
          },
          { haste: HASTE },
        );
        const token = await tokenOf('admin', SECRETS.JWT_SECRET);
        const said = await provoke(stage, system, token);
        expect(said[0]).toContain('[redacted]');
        const page = await system.page();
        const stored = await everythingStored(database);
        await system.end('SIGTERM');
        const everything = { said: said.join('\n'), page, stored, output: system.output() };
        const basic = btoa(`AC0123456789abcdef0123456789abcdef:${SECRETS.TWILIO_AUTH_TOKEN}`).slice(60, 84);
        const secrets = {
          ...SECRETS,
          token,
          signature: token.split('.')[2] ?? '',
          basic,
          SUPABASE_DB_URL: 'planted-supabase-password',
        };
        for (const [where, text] of Object.entries(everything)) {
          expect(text.length, where).toBeGreaterThan(1_000);
          for (const [name, secret] of Object.entries(secrets))
            expect(
              text.includes(secret),
              `${name} in ${where}: ${text.slice(Math.max(0, text.indexOf(secret) - 200), text.indexOf(secret))}`,
            ).toBe(false);
        }
      },
      'databases that are away': async (stage) => {
        const { system } = await stage.own(
          {
            DATABASE_URL: 'postgres://app:planted-database-password@127.0.0.1:1/app',
            READ_DATABASE_URL: 'postgres://app:planted-replica-password@127.0.0.1:1/app',
            LOG_LEVEL: 'trace',
          },
          { ready: false, haste: HASTE },
        );
        await until(
          async () => (system.output().match(/the database does not answer; trying again/g) ?? []).length >= 2,
        );
        const said = await Promise.all(
          ['/', SUMMARY, '/metrics', HISTORY].map(async (path) => (await system.ask(path)).text),
        );
        await system.end('SIGTERM');
        expect(said.join('\n') + system.output()).not.toMatch(/planted-(database|replica)-password/);
      },
    },
  },
  {
    id: 34,
    fault: 'bad environment (typo, missing, bad number)',
    expected: 'exit 1 at start listing every bad variable by name, values hidden',
    on: [],
    cases: {
      'eight at once': async () => {
        const bad = {
          PORT: 'planted-1',
          STRIPE_SECERT_KEY: 'planted-2',
          HOST: '0.0.0.0',
          JWT_SECRET: 'planted-3',
          DO_API_URL: 'http://planted.example',
          NOW: 'planted-4',
          SYNC_SCHEDULE: 'planted * *',
          WEAVIATE_MONTHLY_COST_USD: 'planted-5',
        };
        const { code, output } = await runToExit(bad, BUILT);
        expect(code).toBe(1);
        for (const name of Object.keys(bad)) if (name !== 'HOST') expect(output).toContain(`  ${name}: `);
        expect(output).not.toContain('planted');
      },
    },
  },
  {
    id: 35,
    fault: 'stdout closed; log flood',
    expected: 'no crash; a repeated failure is logged once a run',
    on: COLLECTOR_NAMES,
    cases: {
      'nobody reads standard output and error any more': async (stage) => {
        const running = await stage.own({ LOG_LEVEL: 'trace' });
        const { system } = running;
        expect((await system.sync(['weaviate', 'supabase', 'stripe', 'llm'])).status).toBe(200);
        await unharmed(running, async () => {
          system.child.stdout?.destroy();
          system.child.stderr?.destroy();
          stage.providers.gateways.twilio.breakAlways(/./, { echo: 400 });
          expect((await system.sync(['stripe', 'twilio'])).status).toBe(207);
          expect((await system.sync(['weaviate', 'supabase', 'stripe', 'llm'])).status).toBe(200);
        });
        expect(await system.end('SIGTERM')).toEqual([0, null]);
      },
      'a hundred equal failures in one run': async (stage) => {
        const { system } = await stage.own({}, { haste: HASTE });
        const { weaviate } = stage.providers.state;
        const known = weaviate.collections;
        stage.after(async () => void (weaviate.collections = known));
        weaviate.collections = Object.fromEntries(
          Array.from({ length: 100 }, (_, index) => [`C${index}`, { objects: 5, vectors: { default: 8 } }]),
        );
        stage.providers.gateways.weaviate.breakAlways(/\/v1\/objects/, {
          status: 400,
          json: { error: [{ message: 'planted: no sample' }] },
        });
        await system.sync(['weaviate']);
        await system.sync(['weaviate']);
        const lines = z
          .array(
            z.object({
              level: z.string(),
              msg: z.string().optional(),
              runId: z.string().optional(),
              err: z.object({ message: z.string() }).optional(),
              message: z.string().optional(),
            }),
          )
          .parse(
            system
              .output()
              .split('\n')
              .filter((line) => line.startsWith('{'))
              .map((line): unknown => JSON.parse(line)),
          );
        const told = lines
          .filter(({ level, runId }) => runId !== undefined && ['warn', 'error', 'fatal'].includes(level))
          .map(({ runId, msg, err, message }) => [runId, msg, err?.message, message].join(' '));
        expect(told.length).toBeGreaterThan(0);
        expect(new Set(told).size).toBe(told.length);
      },
    },
  },
  {
    id: 36,
    fault:
      'invoice form: NaN, 1e308, negative without credit, HTML and SQL in notes, 1 MB note, 50 entries at once, same entry twice',
    expected: 'clear 4xx naming the field; stored text is inert; nothing doubled',
    on: [],
    cases: {
      'entries of every kind': async (stage) => {
        const running = await stage.shared();
        const { system, database } = running;
        const post = (body: unknown) => system.ask(ENTRY, { method: 'POST', body });
        await unharmed(running, async () => {
          for (const [field, body] of [
            ['amount', { ...invoice, amount: 'NaN' }],
            ['amount', { ...invoice, amount: '1e308' }],
            ['amount', { ...invoice, amount: 1e308 }],
            ['amount', { ...invoice, amount: '-1.00' }],
            ['amount', { ...invoice, amount: null }],
            ['notes', { ...invoice, notes: 'a'.repeat(90_000) }],
            ['supabaseUsd', { billingDate: '2026-02-01', supabaseUsd: 'NaN' }],
            ['periodEnd', { ...invoice, periodEnd: '2026-02-30' }],
          ] as const) {
            const { status, json, text } = await post(body);
            expect(status, text).toBe(400);
            expect(
              problem.parse(json).errors?.map((error) => error.field),
              text,
            ).toContain(field);
          }
          expect([400, 413]).toContain((await post({ ...invoice, notes: 'a'.repeat(1_048_576) })).status);
        });
        const notes = `<script>alert(1)</script>'); DROP TABLE manual_billing_adjustments; -- "é\n=cmd|' /C calc'!A0`;
        const answers = await Promise.all(
          Array.from({ length: 50 }, () => post({ ...invoice, invoiceNumber: 'A-1', notes })),
        );
        expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array<number>(49).fill(409)]);
        expect((await post({ ...invoice, invoiceNumber: 'A-1', notes })).status).toBe(409);
        expect((await database.pool.query('SELECT notes FROM manual_billing_adjustments')).rows).toEqual([{ notes }]);
        const history = await system.ask(HISTORY);
        expect([history.headers.get('content-type'), history.json]).toMatchObject([
          expect.stringMatching(/^application\/json/),
          { data: [{ notes, invoiceNumber: 'A-1' }] },
        ]);
        expect((await system.ask('/')).text).not.toContain('<script');
        expect((await system.ask('/export/focus.csv')).text).not.toMatch(/^[=+@-]cmd|,=cmd|"=cmd/m);
      },
    },
  },
  {
    id: 37,
    fault:
      'upload: 20 MB file, a zip bomb, a PDF with no text, a CSV with a wrong header, CRLF, BOM, semicolons, decimal commas',
    expected: 'refused or previewed with reasons; nothing stored before it is confirmed',
    on: [],
    cases: {
      'files of every kind': async (stage) => {
        const running = await stage.shared();
        const { system } = running;
        const page = pageOf([
          'Invoice',
          [
            [330, 'Total'],
            [480, '$5.00'],
          ],
        ]);
        await unharmed(running, async () => {
          const refused: [string, number, Uint8Array, string][] = [
            ['20 MB', 413, Buffer.alloc(20 * 1024 * 1024), 'application/pdf'],
            [
              'a zip bomb',
              422,
              makePdf([page], {
                rawContent: {
                  bytes: deflateSync(deflateSync(Buffer.alloc(80_000_000))),
                  filter: '[/FlateDecode /FlateDecode]',
                },
              }),
              'application/pdf',
            ],
            ['no text', 422, makePdf([[]]), 'application/pdf'],
            ['a wrong header', 422, Buffer.from('when;how much\r\n1;2\r\n'), 'text/csv'],
            ['a zip', 415, Buffer.from('PK\u0003\u0004'), 'application/zip'],
          ];
          for (const [name, status, bytes, type] of refused) {
            const answer = await upload(system, bytes, type)();
            expect(answer.status, `${name}: ${answer.text.slice(0, 300)}`).toBe(status);
            expect(answer.text, name).toMatch(/"detail":"\w{3}/);
          }
          const csv =
            '\uFEFFprovider;period_start;period_end;amount;currency\r\nhetzner;2026-02-01;2026-03-01;1.234,50;EUR\r\n';
          const preview = await upload(system, Buffer.from(csv), 'text/csv')();
          expect(preview.status, preview.text).toBe(200);
          expect(JSON.parse(preview.text)).toMatchObject({
            statements: [{ provider: 'hetzner', amount: '1234.50', currency: 'EUR' }],
          });
        });
      },
    },
  },
];
