import { expect } from 'vitest';
import { COLLECTOR_NAMES } from '../../../src/contract/providers.ts';
import { until } from '../../exporter-process.ts';
import type { TestDatabase } from '../../database.ts';
import { ENTRY, HISTORY, invoice, SUMMARY } from '../requests.ts';
import { HASTE, type Stage } from '../stage.ts';
import { tokenOf, type System } from '../system.ts';
import type { FaultRow } from '../table.ts';

/** Every text of every table, as JSON. */
async function everythingStored({ pool }: TestDatabase): Promise<string> {
  const tables = await pool.query<{ name: string }>(
    `SELECT quote_ident(relname) AS name FROM pg_class
     WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition`,
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

export const secretRows: readonly FaultRow[] = [
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
];
