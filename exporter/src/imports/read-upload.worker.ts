import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { readBytes } from './read-bytes.ts';
import { ImportRefused } from './refusal.ts';

// A thread for one file: it reads, answers, and ends. Whatever goes wrong here stays here.
const bytes = z.instanceof(Uint8Array).parse(workerData);
// The time to read begins now; loading this code does not count against the file.
parentPort?.postMessage({ ready: true });
try {
  parentPort?.postMessage({ read: await readBytes(bytes) });
} catch (error) {
  if (!(error instanceof ImportRefused)) throw error;
  parentPort?.postMessage({ refused: { code: error.code, message: error.message } });
}
