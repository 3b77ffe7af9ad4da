import { parseArgs } from 'node:util';
import { resolve } from 'node:path';
import { runCommand, UsageError } from '../app/run-command.ts';
import { checkBackup } from '../database/backup/read.ts';
import { restoreBackup } from '../database/backup/restore.ts';
import { runningEmbeddedUrl } from '../database/embedded/address.ts';
import { setAsideOtherMajor } from '../database/embedded/other-major.ts';
import { startEmbeddedPostgres } from '../database/embedded/start.ts';
import { withEnvFile } from '../settings/environment.ts';
import { loadSettings } from '../settings/load.ts';

const USAGE = `Usage: npm run db:restore -- FILE

Puts a backup of npm run db:backup into an empty database: the one at DATABASE_URL, or the embedded one in DATA_DIR (stop the exporter first). It arrives whole or not at all, and an older schema is brought to the newest.
A database that holds data is refused. One of another major version of Postgres in DATA_DIR is renamed, not deleted.`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: { help: { type: 'boolean', short: 'h' } },
    allowPositionals: true,
  });
  if (values.help === true) {
    console.log(USAGE);
    return 0;
  }
  const [name] = positionals;
  if (name === undefined || positionals.length > 1) throw new UsageError('give the FILE of one backup');
  const file = resolve(name);
  const settings = loadSettings(withEnvFile(process.env));
  // Before anything is renamed or made for it.
  const { header } = await checkBackup(file);
  const target = await openTarget(settings.DATABASE_URL, settings.DATA_DIR);
  try {
    const started = performance.now();
    let tables = 0;
    let total = 0n;
    await restoreBackup(file, target.url, ({ table, rows }) => {
      console.log(`${table.padEnd(32)} ${rows.padStart(12)} rows, checksum equal`);
      tables += 1;
      total += BigInt(rows);
    });
    console.log(
      `${total} rows of ${tables} tables as of ${header.createdAt}, restored and compared in ` +
        `${((performance.now() - started) / 1000).toFixed(1)} s. Start the exporter.`,
    );
    return 0;
  } finally {
    await target.stop();
  }
}

async function openTarget(url: string | undefined, dataDir: string): Promise<{ url: string; stop(): Promise<void> }> {
  if (url !== undefined) return { url, stop: () => Promise.resolve() };
  if ((await runningEmbeddedUrl(dataDir)) !== undefined)
    throw new Error(`an exporter runs on DATA_DIR ${dataDir}: stop it first`);
  const aside = await setAsideOtherMajor(dataDir, new Date());
  if (aside !== undefined)
    console.log(`The database of another version of Postgres is now ${aside}; nothing in it was changed.`);
  return startEmbeddedPostgres({ dataDir, log: console });
}

if (import.meta.main) await runCommand(main, USAGE);
