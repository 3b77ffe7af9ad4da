import { parseArgs } from 'node:util';
import { withEnvFile } from '../settings/environment.ts';
import { loadSettings, SettingsError } from '../settings/load.ts';
import { copyDatabase } from '../database/copy/copy-database.ts';
import { startEmbeddedPostgres } from '../database/embedded/start.ts';
import { runningEmbeddedUrl } from '../database/embedded/address.ts';

const USAGE = `Usage: npm run db:copy -- [--from postgres://…] [--to postgres://…]

Copies a whole database into an empty one, and compares row counts and checksums. The source is brought to the newest schema, and not changed otherwise.
  --from  default: the embedded database in DATA_DIR
  --to    default: DATABASE_URL`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { from: { type: 'string' }, to: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help === true) {
    console.log(USAGE);
    return 0;
  }
  const settings = loadSettings(withEnvFile(process.env));
  const target = values.to ?? settings.DATABASE_URL;
  if (target === undefined) return refuse(`there is no target: give --to, or set DATABASE_URL\n\n${USAGE}`);
  for (const [name, url] of [
    ['--from', values.from],
    ['--to', target],
  ]) {
    if (url !== undefined && !(URL.canParse(url) && /^postgres(ql)?:$/.test(new URL(url).protocol)))
      return refuse(`${name ?? ''} must be a postgres:// URL`);
  }
  const source = await openSource(values.from, settings.DATA_DIR);
  try {
    const started = performance.now();
    const copied = await copyDatabase(source.url, target, ({ table, rows, checksum }) => {
      console.log(`${table.padEnd(32)} ${rows.padStart(12)} rows  checksum ${checksum} equal`);
    });
    const total = copied.reduce((sum, table) => sum + BigInt(table.rows), 0n);
    console.log(
      `${copied.length} tables, ${total} rows copied and compared in ` +
        `${((performance.now() - started) / 1000).toFixed(1)} s. Set DATABASE_URL to the target and restart the ` +
        'exporter.',
    );
    return 0;
  } finally {
    await source.stop();
  }
}

async function openSource(from: string | undefined, dataDir: string): Promise<{ url: string; stop(): Promise<void> }> {
  if (from !== undefined) return { url: from, stop: () => Promise.resolve() };
  const running = await runningEmbeddedUrl(dataDir);
  if (running === undefined) return startEmbeddedPostgres({ dataDir, log: console });
  console.log('The exporter is running on this DATA_DIR: what it writes from now on is not in the copy.');
  return { url: running, stop: () => Promise.resolve() };
}

function refuse(message: string): number {
  console.error(message);
  return 1;
}

if (import.meta.main) {
  try {
    process.exitCode = await main();
  } catch (error) {
    process.exitCode = refuse(
      error instanceof SettingsError || error instanceof Error ? error.message : 'the copy failed',
    );
  }
}
