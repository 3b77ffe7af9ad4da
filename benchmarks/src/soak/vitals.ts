import { readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { z } from 'zod';

/** What a process holds when its garbage is collected; undefined figures where /proc does not tell. */
export interface Vitals {
  readonly heapMib: number;
  readonly residentMib: number;
  readonly highestMib: number | undefined;
  /** Open files and sockets. */
  readonly handles: number | undefined;
  /** Server connections of the exporter. */
  readonly connections: number;
}

export interface Patient {
  /** Environment of the process, so that it can be asked. */
  readonly env: Readonly<Record<string, string>>;
  vitals(pid: number, db: pg.Pool): Promise<Vitals>;
}

/** Idle connections to providers are closed after some seconds. */
const SETTLE_MS = 6_000;
const memory = z.object({ heapUsed: z.number(), rss: z.number() });

export function createPatient(settleMs = SETTLE_MS): Patient {
  const file = join(tmpdir(), `marginboard-soak-${process.pid}-${Math.random().toString(36).slice(2)}.json`);
  return {
    env: { MEMORY_FILE: file, NODE_OPTIONS: `--import=${new URL('./collect.ts', import.meta.url).href}` },
    async vitals(pid, db) {
      await sleep(settleMs);
      process.kill(pid, 'SIGUSR2');
      const memoryUse = await until(async () => memory.parse(JSON.parse(await readFile(file, 'utf8'))));
      await rm(file);
      const [status, handles, connections] = await Promise.all([
        readFile(`/proc/${pid}/status`, 'utf8').catch(() => ''),
        readdir(`/proc/${pid}/fd`).then(
          (all) => all.length,
          () => undefined,
        ),
        db.query(
          "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'marginboard'",
        ),
      ]);
      const highest = /^VmHWM:\s+(\d+) kB/m.exec(status)?.[1];
      return {
        heapMib: memoryUse.heapUsed / 2 ** 20,
        residentMib: memoryUse.rss / 2 ** 20,
        highestMib: highest === undefined ? undefined : Number(highest) / 1024,
        handles,
        connections: connections.rowCount ?? 0,
      };
    },
  };
}

async function until<Result>(ask: () => Promise<Result>): Promise<Result> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await ask();
    } catch (error) {
      if (attempt === 600) throw error;
      await sleep(50);
    }
  }
}
