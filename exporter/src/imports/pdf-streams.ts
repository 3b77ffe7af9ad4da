import { inflateSync } from 'node:zlib';
import { MAX_UNPACKED_BYTES } from './limits.ts';
import { ImportRefused } from './refusal.ts';

const DEEPEST = 4;

/**
 * Refuses a PDF whose compressed streams would unpack to more than an invoice ever needs, before the PDF library
 * unpacks them: its buffers lie outside the heap, where a thread's limit does not reach. What cannot be unpacked is
 * left to it.
 */
export function refuseBombs(bytes: Uint8Array): void {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let left = MAX_UNPACKED_BYTES;
  for (let at = file.indexOf('stream'); at !== -1; at = file.indexOf('stream', at + 6)) {
    const start = startOfData(file, at + 6);
    // Within "endstream" there is no data.
    if (start === undefined || file.toString('latin1', Math.max(0, at - 3), at) === 'end') continue;
    left -= unpackedBytes(file.subarray(start), left, DEEPEST);
  }
}

function startOfData(file: Buffer, after: number): number | undefined {
  if (file[after] === 0x0a) return after + 1;
  if (file[after] === 0x0d) return file[after + 1] === 0x0a ? after + 2 : after + 1;
  return undefined;
}

function unpackedBytes(packed: Buffer, limit: number, depth: number): number {
  if (!looksDeflated(packed)) return 0;
  try {
    const unpacked = inflateSync(packed, { maxOutputLength: Math.max(1, limit) });
    const inner = depth > 1 ? unpackedBytes(unpacked, limit - unpacked.length, depth - 1) : 0;
    return unpacked.length + inner;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE') {
      throw new ImportRefused(
        'unpacks_too_large',
        `The PDF unpacks to more than ${MAX_UNPACKED_BYTES / 1024 / 1024} MB: this is not an invoice. ` +
          'Print it to a new PDF, or type the figures in.',
      );
    }
    if (error instanceof ImportRefused) throw error;
    return 0;
  }
}

/** The two bytes that a zlib stream begins with. */
function looksDeflated(packed: Buffer): boolean {
  const [method, flags] = packed;
  return method !== undefined && flags !== undefined && (method & 0x0f) === 8 && (method * 256 + flags) % 31 === 0;
}
