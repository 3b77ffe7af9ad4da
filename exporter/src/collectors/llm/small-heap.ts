import { setFlagsFromString } from 'node:v8';

let running = 0;

/**
 * Runs work that makes much garbage with V8 collecting old objects whenever they grew by two fifths; by itself it
 * waits until there are up to four times as many as live, which is most of the process's memory. Costs some time, so
 * it is for large amounts alone. V8 reads the flag each time it decides when to collect next.
 */
export async function withSmallHeap<Result>(isLarge: boolean, work: () => Promise<Result>): Promise<Result> {
  if (!isLarge) return work();
  running += 1;
  setFlagsFromString('--heap-growing-percent=40');
  try {
    return await work();
  } finally {
    running -= 1;
    if (running === 0) setFlagsFromString('--heap-growing-percent=0');
  }
}
