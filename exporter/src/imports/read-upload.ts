import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import type { ReadUpload } from '../contract/imports.ts';
import { mailEnvelopeSchema, type MailEnvelope } from './envelope-schema.ts';
import { MAX_READ_MS, MAX_UPLOAD_BYTES, WORKER_GROWTH_BYTES, WORKER_HEAP_MB } from './limits.ts';
import { readUploadSchema } from './preview-schema.ts';
import { ImportRefused, isRefusalCode } from './refusal.ts';

const answerSchema = z.union([
  z.object({ ready: z.literal(true) }),
  z.object({ envelope: mailEnvelopeSchema }),
  z.object({ read: readUploadSchema }),
  z.object({ refused: z.object({ code: z.string().refine(isRefusalCode), message: z.string() }) }),
]);

export interface ReadLimits {
  readonly timeoutMs: number;
  readonly growthBytes: number;
}

/** A thread that has not even loaded its code by then is on a machine that is far too busy. */
const START_MS = 20_000;
const DEFAULT_LIMITS: ReadLimits = { timeoutMs: MAX_READ_MS, growthBytes: WORKER_GROWTH_BYTES };
const MAX_AT_ONCE = 2;
const MAX_WAITING = 8;
const waiting: (() => void)[] = [];
let running = 0;

/**
 * Reads an uploaded invoice, receipt, mail or CSV in a thread of its own: at most 5 MB, 20 pages, 10 s and some memory.
 * Nothing is stored. Rejects with ImportRefused, whose message says what is wrong with the file.
 */
export async function readUpload(bytes: Uint8Array, limits: Partial<ReadLimits> = {}): Promise<ReadUpload> {
  if (bytes.length === 0) throw new ImportRefused('empty', 'The file is empty.');
  if (bytes.length > MAX_UPLOAD_BYTES)
    throw new ImportRefused(
      'too_large',
      `The file has ${Math.ceil(bytes.length / 1024 / 1024)} MB; at most ${MAX_UPLOAD_BYTES / 1024 / 1024} MB ` +
        'are read.',
    );
  return inTurn(() => inThread({ bytes, received: false }, { ...DEFAULT_LIMITS, ...limits }));
}

/** A mail that arrived by itself: who sent it, and what was read or why nothing was. */
export interface ReceivedMail {
  /** Null where not even its headers could be read. */
  readonly envelope: MailEnvelope | null;
  readonly read: ReadUpload | ImportRefused;
}

/** As `readUpload`, with the envelope of the mail. Rejects with ImportRefused only where too many files are read. */
export async function readReceivedMail(bytes: Uint8Array, limits: Partial<ReadLimits> = {}): Promise<ReceivedMail> {
  return inTurn(async () => {
    let envelope: MailEnvelope | null = null;
    const reading = inThread({ bytes, received: true }, { ...DEFAULT_LIMITS, ...limits }, (one) => (envelope = one));
    const read = await reading.catch((error: unknown) => {
      if (error instanceof ImportRefused) return error;
      throw error;
    });
    return { envelope, read };
  });
}

async function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
  await turn();
  try {
    return await work();
  } finally {
    running -= 1;
    waiting.shift()?.();
  }
}

async function turn(): Promise<void> {
  if (running >= MAX_AT_ONCE) {
    if (waiting.length >= MAX_WAITING)
      throw new ImportRefused('busy', 'Several files are being read already: try again in a moment.');
    await new Promise<void>((resolve) => waiting.push(resolve));
  }
  running += 1;
}

/** Beside this file in the sources; in the bundle beside its chunk. */
function workerAddress(): URL {
  return new URL(
    import.meta.url.endsWith('.ts') ? './read-upload.worker.ts' : './read-upload.worker.js',
    import.meta.url,
  );
}

async function inThread(
  file: { readonly bytes: Uint8Array; readonly received: boolean },
  { timeoutMs, growthBytes }: ReadLimits,
  onEnvelope?: (envelope: MailEnvelope) => void,
): Promise<ReadUpload> {
  const worker = new Worker(workerAddress(), {
    workerData: file,
    env: {},
    execArgv: [],
    stdin: false,
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: WORKER_HEAP_MB, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 },
  });
  // What the PDF library prints about a file may quote it.
  worker.stdout.resume();
  worker.stderr.resume();
  const before = process.memoryUsage.rss();
  let timer: NodeJS.Timeout | undefined;
  let watch: NodeJS.Timeout | undefined;
  try {
    return await new Promise<ReadUpload>((resolve, reject) => {
      const refuse = (code: 'timed_out' | 'too_much_memory' | 'unreadable', message: string): void =>
        reject(new ImportRefused(code, message));
      const expire = (milliseconds: number): void => {
        clearTimeout(timer);
        timer = setTimeout(
          () =>
            refuse(
              'timed_out',
              `The file could not be read within ${timeoutMs / 1_000} s: print it to a new PDF, or type the ` +
                'figures in.',
            ),
          milliseconds,
        );
      };
      expire(START_MS);
      watch = setInterval(() => {
        if (process.memoryUsage.rss() - before > growthBytes)
          refuse(
            'too_much_memory',
            'The file needs too much memory to be read: print it to a new PDF, or type the figures in.',
          );
      }, 20);
      worker.on('message', (message: unknown) => {
        const answer = answerSchema.safeParse(message);
        if (!answer.success) refuse('unreadable', 'The file was read, but not understood.');
        else if ('ready' in answer.data) expire(timeoutMs);
        else if ('envelope' in answer.data) onEnvelope?.(answer.data.envelope);
        else if ('read' in answer.data) resolve(answer.data.read);
        else reject(new ImportRefused(answer.data.refused.code, answer.data.refused.message));
      });
      worker.once('error', (error: unknown) => {
        const memory = error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
        if (memory)
          refuse(
            'too_much_memory',
            'The file needs too much memory to be read: print it to a new PDF, or type the figures in.',
          );
        else refuse('unreadable', 'The file cannot be read: it is damaged, or of a kind that is not known here.');
      });
      worker.once('exit', () => refuse('unreadable', 'The file cannot be read.'));
    });
  } finally {
    clearTimeout(timer);
    clearInterval(watch);
    await worker.terminate();
  }
}
