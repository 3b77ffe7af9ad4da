import { spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createEmptyDatabase, type TestDatabase } from '../../test/database.ts';
import { packageRoot } from '../process/package-root.ts';
import { migrate } from './migrate.ts';

let database: TestDatabase;
let folder: string;
beforeEach(async () => {
  database = await createEmptyDatabase();
  folder = await mkdtemp(join(tmpdir(), 'migrations-'));
});
afterEach(async () => {
  await database.drop();
  await rm(folder, { recursive: true });
});

const file = (name: string, sql: string): Promise<void> => writeFile(join(folder, `${name}.sql`), sql);
const names = async (): Promise<string[]> =>
  (await database.pool.query<{ name: string }>('SELECT name FROM schema_migrations ORDER BY name')).rows.map(
    (row) => row.name,
  );

/** Runs migrate() in a process of its own. */
function migrator(target: string): ReturnType<typeof spawn> {
  const code =
    `import { migrate } from ${JSON.stringify(join(packageRoot(), 'src/database/migrate.ts'))}; await ` +
    'migrate(...JSON.parse(process.argv[1]));';
  return spawn(
    process.execPath,
    ['--input-type=module', '-e', code, JSON.stringify([database.url, { folder: target }])],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
}
const exitCode = (child: ReturnType<typeof spawn>): Promise<number | null> =>
  new Promise((resolve) => child.once('exit', resolve));

test('four processes that start at once all succeed, and each file is applied once', async () => {
  const migrations = join(packageRoot(), 'migrations');
  const codes = await Promise.all(Array.from({ length: 4 }, () => exitCode(migrator(migrations))));
  expect(codes).toEqual([0, 0, 0, 0]);
  expect(new Set(await names()).size).toBe((await names()).length);
  expect(await migrate(database.url)).toEqual([]);
});

test('a failing file leaves nothing behind; the ones before it stay, and a mended one continues', async () => {
  await file('0001_first', 'CREATE TABLE first (id int);');
  await file('0002_second', 'CREATE TABLE second (id int); SELECT 1/0;');
  await expect(migrate(database.url, { folder })).rejects.toThrow('division by zero');
  expect(await names()).toEqual(['0001_first']);
  expect((await database.pool.query<{ t: string | null }>("SELECT to_regclass('second') AS t")).rows[0]?.t).toBeNull();
  await file('0002_second', 'CREATE TABLE second (id int);');
  expect(await migrate(database.url, { folder })).toEqual(['0002_second']);
});

test('an edited applied file, a newer database and a file out of order are refused; line ends do not count as an edit', async () => {
  await file('0001_first', 'CREATE TABLE first (id int);\n');
  await file('0003_third', 'CREATE TABLE third (id int);\n');
  await migrate(database.url, { folder });
  await file('0001_first', 'CREATE TABLE first (id int);\r\n');
  expect(await migrate(database.url, { folder })).toEqual([]);

  await file('0001_first', 'CREATE TABLE first (id bigint);\n');
  await expect(migrate(database.url, { folder })).rejects.toThrow('0001_first was edited after');
  await file('0001_first', 'CREATE TABLE first (id int);\n');

  await file('0002_second', 'CREATE TABLE second (id int);\n');
  await expect(migrate(database.url, { folder })).rejects.toThrow('0002_second comes before 0003_third');
  await rm(join(folder, '0002_second.sql'));

  await rm(join(folder, '0003_third.sql'));
  await expect(migrate(database.url, { folder })).rejects.toThrow('newer version (0003_third');
});

test('a clock that went back between two files confuses nothing', async () => {
  await file('0001_first', 'CREATE TABLE first (id int);');
  await migrate(database.url, { folder });
  await database.pool.query("UPDATE schema_migrations SET run_on = run_on + interval '1 day'");
  await file('0002_second', 'CREATE TABLE second (id int);');
  expect(await migrate(database.url, { folder })).toEqual(['0002_second']);
  await file('0003_third', 'CREATE TABLE third (id int);');
  expect(await migrate(database.url, { folder })).toEqual(['0003_third']);
});

test('a migrator killed in the middle of a statement blocks nobody', async () => {
  await file('0001_slow', 'CREATE TABLE slow (id int); SELECT pg_sleep(600);');
  const killed = migrator(folder);
  const sleeping = async (): Promise<number> =>
    (
      await database.pool.query(
        `SELECT 1 FROM pg_stat_activity
         WHERE datname = current_database() AND query LIKE '%pg_sleep(600)%' AND pid <> pg_backend_pid()`,
      )
    ).rows.length;
  await expect.poll(sleeping, { timeout: 20_000 }).toBeGreaterThan(0);
  killed.kill('SIGKILL');
  await exitCode(killed);
  await file('0001_slow', 'CREATE TABLE slow (id int);');
  expect(await migrate(database.url, { folder })).toEqual(['0001_slow']);
});

test('databases migrated before checksums existed get theirs with the next file', async () => {
  await cp(join(packageRoot(), 'migrations'), folder, { recursive: true });
  await migrate(database.url, { folder });
  await database.pool.query('ALTER TABLE schema_migrations DROP COLUMN checksum');
  await file('9999_next', 'SELECT 1;');
  expect(await migrate(database.url, { folder })).toEqual(['9999_next']);
  expect((await database.pool.query('SELECT 1 FROM schema_migrations WHERE checksum IS NULL')).rows).toEqual([]);
  expect(await readFile(join(folder, '9999_next.sql'), 'utf8')).toBe('SELECT 1;');
});
