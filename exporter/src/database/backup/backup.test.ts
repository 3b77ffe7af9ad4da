import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../../../test/database.ts';
import { contentsOf } from '../../../test/database-contents.ts';
import { oddRows } from '../../../test/odd-rows.ts';
import { isMigrated, migrate } from '../migrate.ts';
import { openDatabase } from '../open.ts';
import { backupDaily, type BackupStatus } from './daily.ts';
import { listBackups } from './folder.ts';
import { checkBackup } from './read.ts';
import { restoreBackup } from './restore.ts';
import { writeBackup } from './write.ts';

let folder: string;
let file: string;
let source: TestDatabase;
let target: TestDatabase;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backup-'));
  file = join(folder, 'a.backup');
  [source, target] = await Promise.all([createTestDatabase(), createEmptyDatabase()]);
});
afterEach(async () => {
  await Promise.all([source.drop(), target.drop()]);
  await rm(folder, { recursive: true });
});

const SEED = `
  ${oddRows(5_000)}
  INSERT INTO fx_rates (currency, day, usd_rate) VALUES ('EUR', '2026-01-01', 1.1);
  INSERT INTO usage_state (closed_through) VALUES ('2026-03-01');`;

test('everything comes back into an empty database: rows, odd values, partitions, the next identity', async () => {
  await source.pool.query(SEED);
  const written = await writeBackup(source.url, file);
  expect(written.rows).toBeGreaterThan(5000n);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await readdir(folder)).toEqual(['a.backup']);
  expect((await checkBackup(file)).rows).toBe(written.rows);
  const restored: string[] = [];
  await restoreBackup(file, target.url, ({ table }) => void restored.push(table));
  expect(restored.length).toBe(written.tables);
  expect(await contentsOf(target)).toEqual(await contentsOf(source));
  expect(await isMigrated(target.url)).toBe(true);
  const next = await target.pool.query<{ id: string }>(
    `INSERT INTO manual_billing_adjustments (series_id, version, action, kind, provider, billing_date, period_start,
     period_end, amount, currency, created_by, created_at)
     VALUES (3, 1, 'entry', 'invoice', 'supabase', '2026-03-01', '2026-02-01', '2026-03-01', 1, 'USD', 'anna', now())
       RETURNING id::text`,
  );
  expect(next.rows).toEqual([{ id: '3' }]);
});

test('while others write, it is one moment: what is written together comes back together', async () => {
  let writing = true;
  const writer = (async () => {
    for (let n = 1; writing; n += 1) {
      const client = await source.pool.connect();
      await client.query('BEGIN');
      await client.query(
        "INSERT INTO fx_rates (currency, day, usd_rate) VALUES ('EUR', date '2020-01-01' + $1::int, 1)",
        [n],
      );
      await client.query(
        `INSERT INTO llm_metrics_history (user_id, day, provider, model, cost_usd)
         VALUES ('u' || $1::int, date '2026-01-01', 'p', 'm', 1)`,
        [n],
      );
      await client.query('COMMIT');
      client.release();
    }
  })();
  await sleep(200);
  await writeBackup(source.url, file);
  writing = false;
  await writer;
  await restoreBackup(file, target.url);
  const { rows } = await target.pool.query(
    `SELECT (SELECT count(*)::int FROM fx_rates) AS rates,
      (SELECT count(*)::int FROM llm_metrics_history) AS usage`,
  );
  const [{ rates, usage } = { rates: 0, usage: 1 }] = rows as { rates: number; usage: number }[];
  expect(rates).toBe(usage);
  expect(rates).toBeGreaterThan(0);
  const now = await source.pool.query<{ n: number }>('SELECT count(*)::int AS n FROM fx_rates');
  expect(now.rows[0]?.n).toBeGreaterThan(rates);
});

describe('what is refused leaves the database as it was', () => {
  beforeEach(async () => {
    await source.pool.query(SEED);
    await writeBackup(source.url, file);
  });
  const isBare = async (): Promise<boolean> =>
    (await target.pool.query("SELECT 1 FROM pg_class WHERE relnamespace = 'public'::regnamespace")).rows.length === 0;

  test('a database with data, with another program’s tables, and an existing file', async () => {
    await expect(restoreBackup(file, source.url)).rejects.toThrow(/not empty \(\w+ has rows\).*move the folder/);
    await target.pool.query('CREATE TABLE theirs (id int)');
    await expect(restoreBackup(file, target.url)).rejects.toThrow('tables of something else');
    await expect(writeBackup(source.url, file)).rejects.toThrow('exists: give another name');
    await expect(writeBackup(target.url, join(folder, 'b'))).rejects.toThrow('no tables of Marginboard');
    expect(await readdir(folder)).toEqual(['a.backup']);
  });

  test.each([
    ['cut off', (content: Buffer) => content.subarray(0, content.length - 40)],
    ['cut off at its start', (content: Buffer) => content.subarray(0, 60)],
    [
      'flipped in the middle',
      (content: Buffer) => Object.assign(Buffer.from(content), { [content.length >> 1]: 0x55 }),
    ],
    ['empty', () => Buffer.alloc(0)],
    ['something else', () => Buffer.from('PGDMP and what follows')],
  ])('a file that is %s', async (_, spoil) => {
    await writeFile(file, spoil(await readFile(file)));
    await expect(checkBackup(file)).rejects.toThrow(/cut off|damaged/);
    await expect(restoreBackup(file, target.url)).rejects.toThrow(/cut off|damaged/);
    if (!(await isBare())) expect((await target.pool.query('SELECT 1 FROM fx_rates')).rows).toEqual([]);
  });

  test('a file that is not there, and a folder', async () => {
    await expect(restoreBackup(join(folder, 'nothing'), target.url)).rejects.toThrow('does not exist');
    await expect(restoreBackup(folder, target.url)).rejects.toThrow('is a folder');
    expect(await isBare()).toBe(true);
  });

  test('one of a newer version', async () => {
    await source.pool.query("INSERT INTO schema_migrations (name, run_on) VALUES ('9999_future', now())");
    const newer = join(folder, 'newer.backup');
    await writeBackup(source.url, newer);
    await expect(restoreBackup(newer, target.url)).rejects.toThrow(
      'the backup was made by a newer version (9999_future is unknown to this one)',
    );
    expect(await isBare()).toBe(true);
  });

  test('rows that arrive otherwise than they left', async () => {
    await migrate(target.url);
    await target.pool.query(`
      CREATE FUNCTION tamper() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.usd_rate := NEW.usd_rate + 1;
        RETURN NEW; END $$;
      CREATE TRIGGER tamper BEFORE INSERT ON fx_rates FOR EACH ROW EXECUTE FUNCTION tamper();`);
    await expect(restoreBackup(file, target.url)).rejects.toThrow('fx_rates differs from the backup');
    expect((await target.pool.query('SELECT 1 FROM llm_metrics_history')).rows).toEqual([]);
  });
});

describe('an older schema', () => {
  let older: TestDatabase;
  beforeEach(async () => {
    older = await createEmptyDatabase();
    await migrate(older.url, { through: '0019_data_version' });
    await older.pool.query("INSERT INTO fx_rates (currency, day, usd_rate) VALUES ('EUR', '2026-01-01', 1.1)");
  });
  afterEach(async () => older.drop());

  test('is restored, and brought to the newest; not into a database of another schema', async () => {
    await writeBackup(older.url, file);
    await restoreBackup(file, target.url);
    expect(await isMigrated(target.url)).toBe(true);
    expect((await target.pool.query('SELECT currency FROM fx_rates')).rows).toEqual([{ currency: 'EUR' }]);
    await target.pool.query('DELETE FROM fx_rates');
    await expect(restoreBackup(file, target.url)).rejects.toThrow('another schema (up to 0019_data_version)');
  });

  test('is backed up before it is changed, and left as it is where that cannot be done', async () => {
    const log = pino({ level: 'silent' });
    const signal = AbortSignal.timeout(60_000);
    const settings = {
      DATABASE_URL: older.url,
      READ_DATABASE_URL: undefined,
      DATA_DIR: folder,
      BACKUP_BEFORE_MIGRATION: true,
    };
    const occupied = join(folder, 'a-file');
    await writeFile(occupied, '');
    await expect(openDatabase({ settings: { ...settings, BACKUP_DIR: occupied }, log, signal })).rejects.toThrow(
      /no backup can be made in .*a-file before .*BACKUP_BEFORE_MIGRATION=false/,
    );
    expect(await isMigrated(older.url)).toBe(false);
    const BACKUP_DIR = join(folder, 'backups');
    await (await openDatabase({ settings: { ...settings, BACKUP_DIR }, log, signal })).close();
    expect(await isMigrated(older.url)).toBe(true);
    const [made, ...more] = await listBackups(BACKUP_DIR);
    expect([made?.kind, more]).toEqual(['before-migration', []]);
    await restoreBackup(made?.file ?? '', target.url);
    // With nothing to change there is nothing to back up.
    await (await openDatabase({ settings: { ...settings, BACKUP_DIR }, log, signal })).close();
    expect(await readdir(BACKUP_DIR)).toHaveLength(1);
  });
});

test('one a day, the newest kept, and a failure that is reported', async () => {
  const lines: string[] = [];
  const log = pino({ level: 'info' }, { write: (line) => void lines.push(line) });
  const dir = join(folder, 'daily');
  const run = async (options: {
    keep: number;
    url?: string;
    until: (status: BackupStatus) => boolean;
  }): Promise<BackupStatus> => {
    const stop = new AbortController();
    const seen = new EventTarget();
    let last: BackupStatus = { succeeded: null, lastSuccess: null, lastBytes: null };
    const reached = once(seen, 'reached');
    const running = backupDaily({
      url: options.url ?? source.url,
      folder: dir,
      keep: options.keep,
      log,
      signal: stop.signal,
      everyMs: 10,
      report: (status) => {
        last = status;
        if (options.until(status)) seen.dispatchEvent(new Event('reached'));
      },
    });
    await reached;
    stop.abort();
    await running;
    return last;
  };
  expect(await run({ keep: 2, until: ({ succeeded }) => succeeded === true })).toMatchObject({ succeeded: true });
  const [first] = await listBackups(dir);
  // Today's is there: a restart makes no second one, and shows the first.
  const shown = await run({ keep: 2, until: ({ lastSuccess }) => lastSuccess !== null });
  expect(shown).toEqual({ succeeded: null, lastSuccess: first?.at, lastBytes: first?.bytes });
  expect(await listBackups(dir)).toHaveLength(1);
  for (const day of ['20260101', '20260102', '20260103'])
    await writeFile(join(dir, `marginboard-daily-${day}T000000000Z.backup`), '');
  await writeFile(join(dir, 'marginboard-manual-20200101T000000000Z.backup'), '');
  await writeFile(join(dir, 'mine.txt'), '');
  await rm(first?.file ?? '');
  await run({ keep: 2, until: ({ succeeded }) => succeeded === true });
  expect((await listBackups(dir)).map(({ kind }) => kind)).toEqual(['daily', 'daily', 'manual']);
  expect(await readdir(dir)).toContain('mine.txt');
  for (const { file: made } of await listBackups(dir)) await rm(made);
  const failed = await run({ keep: 2, url: target.url, until: ({ succeeded }) => succeeded === false });
  expect(failed).toEqual({ succeeded: false, lastSuccess: null, lastBytes: null });
  expect(lines.join('')).toContain('the daily backup failed');
});

test('a partial file of the same name from a killed process is in nobody’s way', async () => {
  await source.pool.query(SEED);
  await writeFile(`${file}.partial`, 'half');
  await writeBackup(source.url, file);
  await truncate(file, (await stat(file)).size);
  expect((await checkBackup(file)).rows).toBeGreaterThan(0n);
  expect(await readdir(folder)).toEqual(['a.backup']);
});
