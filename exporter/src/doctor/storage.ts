import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Cron } from 'croner';
import { z } from 'zod';
import type { Finding } from '../collectors/contract.ts';
import { OUTCOMES } from '../contract/outcomes.ts';
import { COLLECTOR_NAMES } from '../contract/providers.ts';
import { isLoopback } from '../settings/load.ts';
import type { Settings } from '../settings/schema.ts';
import { DatabaseClient } from '../database/client.ts';
import { runningEmbeddedUrl } from '../database/embedded/address.ts';
import { isMigrated } from '../database/migrate.ts';
import { lookAtReplica } from '../database/replica/watch.ts';
import { LAST_RUNS } from '../runner/last-runs.ts';

const OLDEST_MAJOR = 15;

/** Looks at the database without changing it. `url` is a secret; absent when there is none to ask now. */
export async function examineStorage(
  settings: Settings,
): Promise<{ readonly url: string | undefined; readonly findings: readonly Finding[] }> {
  if (settings.DATABASE_URL !== undefined) {
    const findings = await examineDatabase('DATABASE_URL', settings.DATABASE_URL);
    const reachable = findings.every(({ ok }) => ok !== false);
    const replica =
      settings.READ_DATABASE_URL === undefined
        ? []
        : await examineReplica(settings.DATABASE_URL, settings.READ_DATABASE_URL);
    return { url: reachable ? settings.DATABASE_URL : undefined, findings: [...findings, ...replica] };
  }
  const folder = resolve(settings.DATA_DIR);
  const url = await runningEmbeddedUrl(settings.DATA_DIR);
  if (url !== undefined) return { url, findings: await examineDatabase(`embedded Postgres in ${folder}`, url) };
  const made = existsSync(join(folder, 'postgres', 'cluster'));
  return {
    url: undefined,
    findings: [
      {
        check: 'DATA_DIR',
        ok: true,
        message:
          `the embedded Postgres ${made ? `keeps its data in ${folder} and` : `will be made in ${folder} and`} ` +
          'runs while the exporter runs; it does not run now',
      },
    ],
  };
}

async function examineDatabase(check: string, url: string): Promise<Finding[]> {
  const client = new DatabaseClient({
    connectionString: url,
    connectionTimeoutMillis: 5_000,
    statement_timeout: 5_000,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ version: string; number: string }>(
      "SELECT current_setting('server_version') AS version, current_setting('server_version_num') AS number",
    );
    const version = rows[0]?.version ?? 'unknown';
    if (Number(rows[0]?.number) < OLDEST_MAJOR * 10_000)
      return [
        {
          check,
          ok: false,
          message: `Postgres ${version} is too old`,
          remedy: `use Postgres ${OLDEST_MAJOR} or newer`,
        },
      ];
    const migrated = await isMigrated(url);
    return [
      migrated
        ? { check, ok: true, message: `Postgres ${version} answers, with the newest schema` }
        : {
            check,
            ok: 'warning',
            message: `Postgres ${version} answers, without the newest schema`,
            remedy: 'npm start brings it up to date',
          },
    ];
  } catch (error) {
    return [
      {
        check,
        ok: false,
        message: `cannot be used: ${error instanceof Error ? error.message || error.name : String(error)}`,
        remedy: `check the address, the password and that the server runs, then mend ${check}`,
      },
    ];
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function examineReplica(primaryUrl: string, replicaUrl: string): Promise<Finding[]> {
  const check = 'READ_DATABASE_URL';
  const findings = await examineDatabase(check, replicaUrl);
  if (findings.some(({ ok }) => ok !== true)) return findings;
  const { state, message } = await lookAtReplica({ primaryUrl, replicaUrl });
  if (state === 'in_use')
    return [...findings, { check, ok: true, message: 'is a replica of DATABASE_URL and up to date' }];
  return [
    ...findings,
    {
      check,
      ok: state === 'behind' ? 'warning' : false,
      message: `is not used, reads go to DATABASE_URL: ${message ?? state}`,
      remedy:
        state === 'behind'
          ? 'look at pg_stat_replication on the primary, and at long queries on the replica'
          : 'point it at a streaming replica of DATABASE_URL, or remove it',
    },
  ];
}

const lastRun = z.object({
  collector: z.string(),
  day: z.string(),
  outcome: z.enum(OUTCOMES),
  reason: z.string().nullable(),
  message: z.string().nullable(),
});

/** When the next run is, and how the last run of each collector ended. */
export async function examineSchedule(settings: Settings, url: string | undefined): Promise<Finding[]> {
  const next =
    settings.SYNC_SCHEDULE === 'off'
      ? undefined
      : new Cron(settings.SYNC_SCHEDULE, { paused: true, timezone: 'UTC' }).nextRun();
  const schedule: Finding = next
    ? {
        check: 'SYNC_SCHEDULE',
        ok: true,
        message: `next run ${next.toISOString().slice(0, 16).replace('T', ' ')} UTC, missed days every six hours`,
      }
    : {
        check: 'SYNC_SCHEDULE',
        ok: 'warning',
        message: 'off: nothing runs by itself',
        remedy:
          'have an outside cron POST /api/v1/metrics/sync-all with a token of the role sync, or set a cron expression',
      };
  return [schedule, ...(url === undefined ? [] : await lastRuns(url))];
}

async function lastRuns(url: string): Promise<Finding[]> {
  const client = new DatabaseClient({
    connectionString: url,
    connectionTimeoutMillis: 5_000,
    statement_timeout: 5_000,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query(
      `SELECT c.collector, last.day::text AS day, last.outcome, last.reason, last.message
       FROM ${LAST_RUNS} WHERE last.id IS NOT NULL ORDER BY c.position`,
      [COLLECTOR_NAMES],
    );
    return z
      .array(lastRun)
      .parse(rows)
      .map(({ collector, day, outcome, reason, message }) => ({
        check: `last run of ${collector}`,
        ok: outcome === 'failed' ? 'warning' : true,
        message: [`${day} ${outcome}`, reason, message].filter((part) => part !== null).join(': '),
      }));
  } catch {
    // A database that is not migrated yet has no runs to tell of; what is wrong with it is said above.
    return [];
  } finally {
    await client.end().catch(() => undefined);
  }
}

function isOpenIssuer(url: string | undefined): boolean {
  return url !== undefined && new URL(url).protocol === 'http:' && !isLoopback(new URL(url).hostname);
}

/** Who may reach what. */
export function examineAccess(settings: Settings): Finding[] {
  const metrics =
    settings.METRICS_TOKEN !== undefined
      ? 'asks for METRICS_TOKEN'
      : isLoopback(settings.HOST)
        ? 'is open to this machine only'
        : 'is open to the network (METRICS_PUBLIC)';
  const api =
    settings.JWT_SECRET !== undefined
      ? 'JWT_SECRET signs its tokens'
      : settings.JWKS_URL !== undefined
        ? 'JWKS_URL verifies its tokens'
        : 'a secret kept in DATA_DIR signs its tokens';
  return [
    {
      check: '/metrics',
      ok: settings.METRICS_TOKEN === undefined && !isLoopback(settings.HOST) ? 'warning' : true,
      message: `${metrics}, on ${settings.HOST}:${settings.PORT}`,
    },
    { check: 'API', ok: true, message: `${api}; npm run token -- --role admin makes one` },
    ...(isOpenIssuer(settings.JWKS_URL)
      ? [
          {
            check: 'JWKS_URL',
            ok: 'warning',
            message: 'is plain http to another machine: who can change that traffic can sign tokens',
            remedy: 'use https',
          } as const,
        ]
      : []),
    ...(settings.NOW === undefined
      ? []
      : [
          {
            check: 'NOW',
            ok: 'warning',
            message: 'is set: the clock stands still',
            remedy: 'remove it outside of demonstrations',
          } as const,
        ]),
    ...(settings.DEMO
      ? [
          {
            check: 'DEMO',
            ok: 'warning',
            message: 'is on: an empty database is filled with invented figures',
            remedy: 'remove it to see your own',
          } as const,
        ]
      : []),
  ];
}
