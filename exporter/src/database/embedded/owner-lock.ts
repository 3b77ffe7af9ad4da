import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { link, lstat, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const OWNER = z.object({ pid: z.int().positive(), started: z.string(), token: z.string() });

/**
 * Makes this process the one that uses `folder`; throws a message that names the holder if another living process does.
 * A holder that died (kill -9, power loss, number reused by another program) counts for nothing.
 */
export async function takeOwnership(folder: string, dataDir: string): Promise<() => Promise<void>> {
  const path = join(folder, 'owner.json');
  const own = { pid: process.pid, started: startOf(process.pid) ?? '', token: randomUUID() };
  const mine = `${path}.${own.token}`;
  try {
    // No secret, and readable to another user who may start here next.
    await writeFile(mine, JSON.stringify(own), { mode: 0o644 });
    for (let round = 0; round < 5; round++) {
      try {
        await link(mine, path);
        return () => release(path, own.token);
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
      }
      const holder = await read(path);
      if (holder && startOf(holder.pid) === holder.started) {
        throw new Error(
          `DATA_DIR ${dataDir} is in use by process ${holder.pid}: stop that exporter, give this one another ` +
            'DATA_DIR, or set DATABASE_URL for both',
        );
      }
      if ((await lstat(path).catch(() => undefined))?.isDirectory() === true)
        throw new Error(`${path} is a folder where a file is needed: remove it`);
      // Moved away instead of deleted: of two processes that find the same dead holder only one succeeds.
      const stale = `${path}.stale-${own.token}`;
      await rename(path, stale).catch(() => undefined);
      await rm(stale, { force: true });
    }
    throw new Error(`DATA_DIR ${dataDir} is being taken by other processes: start one exporter at a time`);
  } finally {
    await rm(mine, { force: true });
  }
}

async function release(path: string, token: string): Promise<void> {
  if ((await read(path))?.token === token) await rm(path, { force: true });
}

async function read(path: string): Promise<z.output<typeof OWNER> | undefined> {
  try {
    return OWNER.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return undefined;
  }
}

/** When a living process started, in words that differ for another process with the same number; undefined for none. */
export function startOf(pid: number): string | undefined {
  try {
    if (process.platform !== 'linux')
      return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined;
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    // Field 3 is the state, field 22 the start in ticks since boot.
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}/${fields[19] ?? ''}`;
  } catch {
    return undefined;
  }
}
