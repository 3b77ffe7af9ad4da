import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { listBackups, newBackupFile, removeOldBackups } from './folder.ts';
import { writeBackup } from './write.ts';

export interface BackupStatus {
  /** Of the last attempt since the start; null before the first. */
  readonly succeeded: boolean | null;
  /** Of the newest daily backup in the folder; null where there is none. */
  readonly lastSuccess: Date | null;
  readonly lastBytes: number | null;
}

export interface DailyBackup {
  /** A secret. */
  readonly url: string;
  readonly folder: string;
  readonly keep: number;
  readonly log: Logger;
  readonly signal: AbortSignal;
  readonly report: (status: BackupStatus) => void;
  /** Milliseconds between two looks at the folder; a minute. */
  readonly everyMs?: number;
}

const DAY_MS = 86_400_000;
const CHECK_MS = 60_000;
/** After a failure, which is logged each time. */
const RETRY_MS = 3_600_000;

/**
 * Makes a backup whenever the newest daily one in `folder` is a day old, and removes all but the newest `keep`, until
 * `signal` aborts. Never rejects: a failure is logged, reported, and tried again within the hour.
 */
export async function backupDaily(work: DailyBackup): Promise<void> {
  const { folder, keep, log, signal, report } = work;
  let succeeded: boolean | null = null;
  let pauseUntil = 0;
  const isOver = (): boolean => signal.aborted;
  while (!isOver()) {
    const newest = (await listBackups(folder)).find(({ kind }) => kind === 'daily');
    report({ succeeded, lastSuccess: newest?.at ?? null, lastBytes: newest?.bytes ?? null });
    const isDue = newest === undefined || Date.now() - newest.at.getTime() >= DAY_MS;
    if (isDue && performance.now() >= pauseUntil) {
      try {
        const started = performance.now();
        const { bytes, rows } = await writeBackup(work.url, await newBackupFile(folder, 'daily', new Date()));
        const removed = await removeOldBackups(folder, 'daily', keep);
        log.info(
          { folder, bytes, rows: String(rows), removed: removed.length, ms: Math.round(performance.now() - started) },
          'the daily backup was made',
        );
        succeeded = true;
      } catch (error) {
        if (isOver()) return;
        log.error({ err: error, folder }, 'the daily backup failed; it is tried again within the hour');
        succeeded = false;
        pauseUntil = performance.now() + RETRY_MS;
      }
      continue;
    }
    await sleep(work.everyMs ?? CHECK_MS, undefined, { signal, ref: false }).catch(() => undefined);
  }
}
