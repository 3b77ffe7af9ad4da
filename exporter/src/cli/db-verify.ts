import { parseArgs } from 'node:util';
import type { Pool } from 'pg';
import { repairUsage } from '../llm/maintenance/repair.ts';
import { verifyUsage, type TableCheck } from '../llm/maintenance/verify.ts';
import { dayOf } from '../money/days.ts';
import { runCommand } from '../app/run-command.ts';
import { withEnvFile } from '../settings/environment.ts';
import { loadSettings } from '../settings/load.ts';
import { startEmbeddedPostgres } from '../database/embedded/start.ts';
import { isMigrated } from '../database/migrate.ts';
import { runningEmbeddedUrl } from '../database/embedded/address.ts';
import { createPool } from '../database/pool.ts';

const USAGE = `Usage: npm run db:verify -- [--repair]

Recomputes every rollup of LLM usage, the running totals and the cost ledger from what they are made of, and compares: one line for each table.
Reads DATABASE_URL, or the embedded database in DATA_DIR, whether the exporter runs or not. Ends with 1 when anything differs.
  --repair  rebuilds what differs, then compares again`;

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { repair: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } });
  if (values.help === true) {
    console.log(USAGE);
    return 0;
  }
  const settings = loadSettings(withEnvFile(process.env));
  const database = await open(settings.DATABASE_URL, settings.DATA_DIR);
  const pool = createPool(database.url, { max: 2, statementTimeoutMs: 0, applicationName: 'marginboard verify' });
  try {
    if (!(await isMigrated(database.url)))
      throw new Error(
        'the database has not the schema of this version: start the exporter once, which brings it up to date',
      );
    if (await isRight(pool)) return 0;
    if (values.repair !== true) {
      console.log('Differences were found. `npm run db:verify -- --repair` rebuilds what differs.');
      return 1;
    }
    const written = await repairUsage(pool, dayOf(settings.NOW === undefined ? new Date() : new Date(settings.NOW)));
    console.log(`repaired: ${[...written].map(([table, rows]) => `${table} ${rows}`).join(', ')} rows written`);
    return (await isRight(pool)) ? 0 : 1;
  } finally {
    await pool.end();
    await database.stop();
  }
}

/** In one snapshot, so that an exporter that stores meanwhile makes no difference. */
async function isRight(pool: Pool): Promise<boolean> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const checks = await verifyUsage(client, (check) => console.log(lineOf(check)));
    await client.query('COMMIT');
    return checks.every(({ different }) => different === 0);
  } finally {
    // Thrown away: whatever state a failure left it in.
    client.release(true);
  }
}

function lineOf({ table, against, rows, different, keys }: TableCheck): string {
  const verdict = different === 0 ? 'equal' : `${different} DIFFER, first ${keys.join('; ')}`;
  return `${table.padEnd(18)} ${String(rows).padStart(12)} rows compared with ${against.padEnd(24)} ${verdict}`;
}

async function open(url: string | undefined, dataDir: string): Promise<{ url: string; stop(): Promise<void> }> {
  const given = url ?? (await runningEmbeddedUrl(dataDir));
  return given === undefined
    ? startEmbeddedPostgres({ dataDir, log: console })
    : { url: given, stop: () => Promise.resolve() };
}

if (import.meta.main) await runCommand(main, USAGE);
