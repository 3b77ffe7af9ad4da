import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import type { ReadUpload } from '../contract/imports.ts';
import { readBytes, readMailBytes } from './read-bytes.ts';
import { ImportRefused } from './refusal.ts';

// A thread for one file: it reads, answers, and ends. Whatever goes wrong here stays here.
const { bytes, received } = z.object({ bytes: z.instanceof(Uint8Array), received: z.boolean() }).parse(workerData);
// The time to read begins now; loading this code does not count against the file.
parentPort?.postMessage({ ready: true });
try {
  parentPort?.postMessage({ read: await (received ? readReceived() : readBytes(bytes)) });
} catch (error) {
  if (!(error instanceof ImportRefused)) throw error;
  parentPort?.postMessage({ refused: { code: error.code, message: error.message } });
}

async function readReceived(): Promise<ReadUpload> {
  const { envelopeOf } = await import('./mail-envelope.ts');
  // First, so that it is known whatever becomes of the rest.
  return readMailBytes(bytes, (mail) => parentPort?.postMessage({ envelope: envelopeOf(mail) }));
}
