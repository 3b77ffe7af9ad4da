import { storeAuditEntries, type AuditEntry } from '../../access/audit-log.ts';
import type { ApiDeps } from '../deps.ts';

export interface AuditTrail {
  /** Never throws and never waits: an entry is stored in the background. */
  add(entry: AuditEntry): void;
  /** Resolves when everything added so far is stored or given up. */
  flush(): Promise<void>;
}

/** Refusals without a valid token that are noted each minute: a flood must not fill the table. */
const MAX_ANONYMOUS_PER_MINUTE = 60;
const MAX_WAITING = 1_000;
const RETRY_MS = 2_000;

/**
 * Writes what was done to the audit log, in batches and in order. While the database is away, or refuses writes, up to a thousand entries
 * wait in memory; what is lost beyond that, or at the end of the process, is said in the log.
 */
export function createAuditTrail({ pool, log, health }: Pick<ApiDeps, 'pool' | 'log' | 'health'>): AuditTrail {
  const waiting: AuditEntry[] = [];
  let writing: Promise<void> | undefined;
  let minute = 0;
  let anonymous = 0;
  let lost = 0;

  async function write(): Promise<void> {
    while (waiting.length > 0) {
      if (health.writeRefusal?.() !== undefined) {
        setTimeout(start, RETRY_MS).unref();
        return;
      }
      const batch = waiting.slice(0, 200);
      try {
        await storeAuditEntries(pool, batch);
        waiting.splice(0, batch.length);
        if (lost > 0)
          log.warn({ lost }, 'entries of the audit log were lost while the database was away or refused writes');
        lost = 0;
      } catch (error) {
        log.debug({ err: error }, 'the audit log cannot be written; trying again');
        setTimeout(start, RETRY_MS).unref();
        return;
      }
    }
  }
  function start(): void {
    writing ??= write().finally(() => {
      writing = undefined;
    });
  }

  return {
    add(entry) {
      const now = Math.floor(entry.at.getTime() / 60_000);
      if (now !== minute) {
        minute = now;
        anonymous = 0;
      }
      if (entry.subject === null && ++anonymous > MAX_ANONYMOUS_PER_MINUTE) return;
      if (waiting.length >= MAX_WAITING) lost += 1;
      else waiting.push(entry);
      start();
    },
    async flush() {
      start();
      await writing;
    },
  };
}
