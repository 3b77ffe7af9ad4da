import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createZstdCompress } from 'node:zlib';
import { to as copyTo } from 'pg-copy-streams';
import { DatabaseClient } from '../client.ts';
import { contentOf, listTables, partitionStatements, sequencesOf } from '../copy/tables.ts';
import { appliedMigrations } from '../migrate.ts';
import { LOCAL_CANONICAL } from './session.ts';
import { type BackupHeader, FORMAT_VERSION, frameHead, jsonFrame } from './format.ts';
import { checkBackup } from './read.ts';

export interface WrittenBackup {
  readonly file: string;
  readonly bytes: number;
  readonly tables: number;
  readonly rows: bigint;
}

const NEWLINE = 0x0a;

/**
 * Writes everything that the database holds at one moment to `file` (mode 0600), while others go on reading and writing,
 * then reads the file back and compares its checksums. The file appears whole or not at all; one of that name is an error.
 */
export async function writeBackup(url: string, file: string): Promise<WrittenBackup> {
  if (await stat(file).catch(() => undefined)) throw new Error(`${file} exists: give another name`);
  const partial = `${file}.partial`;
  const client = new DatabaseClient({
    connectionString: url,
    application_name: 'marginboard backup',
    connectionTimeoutMillis: 10_000,
  });
  client.on('error', () => undefined);
  await client.connect();
  const totals = { tables: 0, rows: 0n };
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    await client.query(LOCAL_CANONICAL);
    await rm(partial, { force: true });
    await pipeline(
      Readable.from(contentFrames(client, totals), { objectMode: false }),
      createZstdCompress({ params: { [constants.ZSTD_c_compressionLevel]: 3, [constants.ZSTD_c_checksumFlag]: 1 } }),
      createWriteStream(partial, { flags: 'wx', mode: 0o600 }),
    );
    await client.query('COMMIT');
    await sync(partial);
    await checkBackup(partial);
    await rename(partial, file);
    await sync(dirname(file));
    return { file, bytes: (await stat(file)).size, ...totals };
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  } finally {
    await client.end();
  }
}

async function* contentFrames(
  client: DatabaseClient,
  totals: { tables: number; rows: bigint },
): AsyncGenerator<Buffer> {
  yield jsonFrame(await headerOf(client));
  for (const { name, columns } of await listTables(client)) {
    yield jsonFrame({ table: name, columns: [...columns] });
    const hash = createHash('sha256');
    let rows = 0n;
    // A partitioned table can be read only by a query.
    const reading = client.query(copyTo(`COPY (SELECT ${columns.join(', ')} FROM ${name}) TO STDOUT`));
    for await (const data of buffersOf(reading)) {
      hash.update(data);
      rows += BigInt(linesOf(data));
      yield frameHead('data', data.length);
      yield data;
    }
    const content = await contentOf(client, { name, columns });
    if (content.rows !== String(rows)) throw new Error(`${name} has ${content.rows} rows, and ${rows} were read`);
    yield jsonFrame({ ...content, sha256: hash.digest('hex') });
    totals.tables += 1;
    totals.rows += rows;
  }
  yield jsonFrame({ end: true, tables: totals.tables });
}

async function headerOf(client: DatabaseClient): Promise<BackupHeader> {
  const migrations = await appliedMigrations(client);
  if (migrations.length === 0)
    throw new Error('the database has no tables of Marginboard: nothing was written. Look at DATABASE_URL or DATA_DIR');
  const { rows } = await client.query<{ postgres: string }>("SELECT current_setting('server_version') AS postgres");
  return {
    format: 'marginboard backup',
    version: FORMAT_VERSION,
    createdAt: new Date().toISOString(),
    postgres: rows[0]?.postgres ?? 'unknown',
    migrations,
    partitions: await partitionStatements(client),
    sequences: await sequencesOf(client),
  };
}

async function* buffersOf(stream: AsyncIterable<unknown>): AsyncGenerator<Buffer> {
  for await (const chunk of stream) {
    if (!Buffer.isBuffer(chunk)) throw new Error('the server sent no rows');
    yield chunk;
  }
}

/** The text format of COPY escapes the newlines of values: each line is a row. */
function linesOf(data: Buffer): number {
  let lines = 0;
  for (let at = data.indexOf(NEWLINE); at !== -1; at = data.indexOf(NEWLINE, at + 1)) lines += 1;
  return lines;
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
