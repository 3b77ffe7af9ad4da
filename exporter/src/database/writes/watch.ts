import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Pool } from 'pg';
import { diskSpace, type DiskSpace } from './free-space.ts';
import { probeWrites } from './probe.ts';
import type { WriteGuard } from './write-guard.ts';

export interface StorageStatus {
  /** Null while the database does not answer. */
  readonly writable: boolean | null;
  readonly space: readonly DiskSpace[];
}

export interface WriteWatch {
  readonly pool: Pool;
  readonly guard: WriteGuard;
  readonly folders: Readonly<Partial<Record<DiskSpace['folder'], string | undefined>>>;
  readonly log: Logger;
  readonly signal: AbortSignal;
  readonly report: (status: StorageStatus) => void;
  /** Default: 1 s. */
  readonly everyMs?: number | undefined;
}

const WATCH_MS = 1_000;
/** Rounds between two probes that let the server write a file, unless it has refused. */
const THOROUGH_EVERY = 15;

/**
 * Looks every `everyMs` whether the database would store something, until `signal` aborts. The start and the end of
 * an outage are one line each in the log, however many writes are refused in between.
 */
export async function watchWrites(watch: WriteWatch): Promise<void> {
  const { pool, guard, folders, log, signal, report } = watch;
  for (let round = 0; !signal.aborted; round += 1) {
    const found = await Promise.all(
      (['database', 'backups'] as const).map(async (folder) => {
        const path = folders[folder];
        return path === undefined ? undefined : diskSpace(folder, path);
      }),
    );
    const space = found.filter((one) => one !== undefined);
    const before = guard.refusal();
    let writable: boolean | null = null;
    try {
      const refusal = await probeWrites({
        pool,
        space: found[0],
        refusal: before,
        thorough: before !== undefined || round % THOROUGH_EVERY === 0,
      });
      guard.set(refusal);
      writable = refusal === undefined;
      if (refusal !== undefined && refusal.cause !== before?.cause)
        log.error({ cause: refusal.cause }, refusal.message);
      if (refusal === undefined && before !== undefined) log.info('the database accepts writes again');
    } catch (error) {
      // That the database does not answer is said by its own watch; the last finding stays.
      log.debug({ err: error }, 'the database could not be asked whether it accepts writes');
    }
    report({ writable, space });
    await sleep(watch.everyMs ?? WATCH_MS, undefined, { signal, ref: false }).catch(() => undefined);
  }
}
