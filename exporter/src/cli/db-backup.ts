import { parseArgs } from 'node:util';
import { resolve } from 'node:path';
import { runCommand, UsageError } from '../app/run-command.ts';
import { newBackupFile } from '../database/backup/folder.ts';
import { checkBackup } from '../database/backup/read.ts';
import { writeBackup } from '../database/backup/write.ts';
import { runningEmbeddedUrl } from '../database/embedded/address.ts';
import { startEmbeddedPostgres } from '../database/embedded/start.ts';
import { withEnvFile } from '../settings/environment.ts';
import { loadSettings } from '../settings/load.ts';

const USAGE = `Usage: npm run db:backup -- [FILE]
       npm run db:backup -- --check FILE

Writes everything in the database at one moment to a file, while the exporter runs or not, and reads it back. Reads DATABASE_URL, or the embedded database in DATA_DIR.
  FILE     default: a name with the time in BACKUP_DIR, or in DATA_DIR/backups
  --check  reads a backup and compares its checksums, without a database`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: { check: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    allowPositionals: true,
  });
  if (values.help === true) {
    console.log(USAGE);
    return 0;
  }
  if (values.check !== undefined) {
    const { header, rows } = await checkBackup(values.check);
    console.log(
      `${values.check} is whole: ${rows} rows of ${header.createdAt}, schema up to ${header.migrations.at(-1)?.name ?? ''}`,
    );
    return 0;
  }
  if (positionals.length > 1) throw new UsageError('give one FILE at most');
  const settings = loadSettings(withEnvFile(process.env));
  const [name] = positionals;
  const file =
    name === undefined
      ? await newBackupFile(settings.BACKUP_DIR ?? `${settings.DATA_DIR}/backups`, 'manual', new Date())
      : resolve(name);
  const given = settings.DATABASE_URL ?? (await runningEmbeddedUrl(settings.DATA_DIR));
  const server =
    given === undefined ? await startEmbeddedPostgres({ dataDir: settings.DATA_DIR, log: console }) : undefined;
  try {
    const started = performance.now();
    const { bytes, tables, rows } = await writeBackup(given ?? server?.url ?? '', file);
    console.log(
      `${file}: ${rows} rows of ${tables} tables in ${(bytes / 2 ** 20).toFixed(1)} MiB, written and read back in ` +
        `${((performance.now() - started) / 1000).toFixed(1)} s. npm run db:restore -- ${file} puts it into an empty ` +
        'database. The key of stored documents (DOCUMENT_KEY, or DATA_DIR/document-key) is not in it.',
    );
    return 0;
  } finally {
    await server?.stop();
  }
}

if (import.meta.main) await runCommand(main, USAGE);
