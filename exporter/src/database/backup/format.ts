import { z } from 'zod';

/**
 * A backup is one zstd stream of frames (kind, length of four bytes, content). JSON frames say what follows; data frames
 * hold rows as `COPY … TO STDOUT` writes them: a header, then for each table its name, its rows and its totals, and an
 * end without which the file counts as cut off.
 */
export const FORMAT_VERSION = 1;

const count = z.string().regex(/^\d+$/);

export const headerSchema = z.object({
  format: z.literal('marginboard backup'),
  version: z.literal(FORMAT_VERSION, 'is of a newer format: use the release that made it'),
  createdAt: z.iso.datetime(),
  /** Of the server that it was read from, for people. */
  postgres: z.string(),
  /** What had been applied, in order. */
  migrations: z.array(z.object({ name: z.string(), checksum: z.string().nullable() })).min(1),
  partitions: z.array(z.string()),
  sequences: z.array(z.object({ name: z.string(), last: count })),
});
export type BackupHeader = z.output<typeof headerSchema>;

/** Name and columns are quoted for SQL. */
export const tableSchema = z.object({ table: z.string(), columns: z.array(z.string()).min(1) });
export type BackupTable = z.output<typeof tableSchema>;

export const totalsSchema = z.object({
  rows: count,
  /** Of the bytes in the file. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Of the rows as the database has them, whatever their order; see `contentOf`. */
  checksum: z.string(),
});
export type TableTotals = z.output<typeof totalsSchema>;

export const endSchema = z.object({ end: z.literal(true), tables: z.int().nonnegative() });

const KINDS = { json: 0x4a, data: 0x44 } as const;
const HEAD_BYTES = 5;
/** Far above what a server sends at once; a longer one is a damaged file. */
const MAX_FRAME_BYTES = 1 << 28;

export type Frame =
  { readonly kind: 'json'; readonly value: unknown } | { readonly kind: 'data'; readonly data: Buffer };

export function jsonFrame(value: BackupHeader | BackupTable | TableTotals | z.output<typeof endSchema>): Buffer {
  const content = Buffer.from(JSON.stringify(value));
  return Buffer.concat([frameHead('json', content.length), content]);
}

/** What stands before the bytes of a data frame. */
export function frameHead(kind: keyof typeof KINDS, length: number): Buffer {
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt8(KINDS[kind]);
  head.writeUInt32BE(length, 1);
  return head;
}

/** Throws where the stream ends within a frame, or holds something else. */
export async function* framesOf(stream: AsyncIterable<Buffer>): AsyncGenerator<Frame> {
  let pending: Buffer[] = [];
  let available = 0;
  for await (const chunk of stream) {
    pending.push(chunk);
    available += chunk.length;
    for (;;) {
      if (available < HEAD_BYTES) break;
      let whole = pending.length === 1 ? (pending[0] ?? Buffer.alloc(0)) : undefined;
      const head = whole ?? Buffer.concat(pending, HEAD_BYTES);
      const length = head.readUInt32BE(1);
      if (length > MAX_FRAME_BYTES) throw new Error('is damaged');
      if (available < HEAD_BYTES + length) break;
      whole ??= Buffer.concat(pending);
      yield frameOf(whole.readUInt8(), whole.subarray(HEAD_BYTES, HEAD_BYTES + length));
      const rest = whole.subarray(HEAD_BYTES + length);
      pending = rest.length === 0 ? [] : [rest];
      available = rest.length;
    }
  }
  if (available > 0) throw new Error('is cut off');
}

function frameOf(kind: number, content: Buffer): Frame {
  if (kind === KINDS.data) return { kind: 'data', data: content };
  if (kind !== KINDS.json) throw new Error('is damaged');
  const value: unknown = JSON.parse(content.toString('utf8'));
  return { kind: 'json', value };
}
