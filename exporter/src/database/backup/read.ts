import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createZstdDecompress } from 'node:zlib';
import type { z } from 'zod';
import {
  type BackupHeader,
  type BackupTable,
  endSchema,
  type Frame,
  framesOf,
  headerSchema,
  type TableTotals,
  tableSchema,
  totalsSchema,
} from './format.ts';

export interface BackupVisitor {
  header(header: BackupHeader): Promise<void>;
  /** Receives the rows; they must be read to their end. */
  table(table: BackupTable, rows: AsyncIterable<Buffer>): Promise<void>;
  /** After the rows of a table, once their checksum was found right. */
  totals(table: BackupTable, totals: TableTotals): Promise<void>;
}

/** Reads a backup once, from its start to its end. Throws, naming the file, where it is damaged, cut off or no backup. */
export async function readBackup(file: string, visitor: BackupVisitor): Promise<void> {
  const source = createReadStream(file);
  const stream = createZstdDecompress();
  source.on('error', (error) => stream.destroy(error));
  const frames = named(file, framesOf(source.pipe(stream)));
  try {
    await visitor.header(await json(file, frames, headerSchema));
    for (let tables = 0; ; tables += 1) {
      const next = await json(file, frames, endSchema.or(tableSchema));
      if ('end' in next) {
        if (next.tables !== tables || (await frames.next()).done !== true) throw damaged(file);
        return;
      }
      await readTable(file, frames, next, visitor);
    }
  } finally {
    source.destroy();
    stream.destroy();
  }
}

async function readTable(
  file: string,
  frames: AsyncGenerator<Frame>,
  table: BackupTable,
  visitor: BackupVisitor,
): Promise<void> {
  const hash = createHash('sha256');
  let footer: unknown;
  async function* rows(): AsyncGenerator<Buffer> {
    for (;;) {
      const frame = await frames.next();
      if (frame.done === true) throw cutOff(file);
      if (frame.value.kind === 'json') {
        footer = frame.value.value;
        return;
      }
      hash.update(frame.value.data);
      yield frame.value.data;
    }
  }
  await visitor.table(table, rows());
  const totals = totalsSchema.safeParse(footer);
  if (!totals.success || totals.data.sha256 !== hash.digest('hex')) throw damaged(file);
  await visitor.totals(table, totals.data);
}

async function json<Schema extends z.ZodType>(
  file: string,
  frames: AsyncGenerator<Frame>,
  schema: Schema,
): Promise<z.output<Schema>> {
  const frame = await frames.next();
  if (frame.done === true) throw cutOff(file);
  const parsed = schema.safeParse(frame.value.kind === 'json' ? frame.value.value : undefined);
  if (parsed.success) return parsed.data;
  const newer = parsed.error.issues.find(({ path }) => path[0] === 'version');
  throw newer === undefined ? damaged(file) : new Error(`${file} ${newer.message}`);
}

/** The faults of reading, with the file's name. */
async function* named(file: string, frames: AsyncGenerator<Frame>): AsyncGenerator<Frame> {
  try {
    yield* frames;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'ENOENT') throw new Error(`${file} does not exist`, { cause: error });
    if (code === 'EISDIR') throw new Error(`${file} is a folder: name the file of a backup`, { cause: error });
    if (code === 'EACCES') throw new Error(`${file} may not be read by this user`, { cause: error });
    if (code === 'Z_BUF_ERROR' || (error instanceof Error && error.message === 'is cut off'))
      throw new Error(`${file} is cut off: use another backup`, { cause: error });
    throw new Error(`${file} is not a backup, or it is damaged: use another one`, { cause: error });
  }
}

function damaged(file: string): Error {
  return new Error(`${file} is damaged: use another backup`);
}

function cutOff(file: string): Error {
  return new Error(`${file} is cut off: use another backup`);
}

/** Reads the whole file and compares its checksums, without a database. */
export async function checkBackup(file: string): Promise<{
  readonly header: BackupHeader;
  readonly rows: bigint;
  /** Of the rows, without compression. */
  readonly bytes: number;
}> {
  let found: BackupHeader | undefined;
  let rows = 0n;
  let bytes = 0;
  await readBackup(file, {
    header: (header) => {
      found = header;
      return Promise.resolve();
    },
    table: async (_, content) => {
      for await (const chunk of content) bytes += chunk.length;
    },
    totals: (_, totals) => {
      rows += BigInt(totals.rows);
      return Promise.resolve();
    },
  });
  if (found === undefined) throw damaged(file);
  return { header: found, rows, bytes };
}
