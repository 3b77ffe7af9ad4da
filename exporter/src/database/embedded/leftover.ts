import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startOf } from './owner-lock.ts';

const TIMEOUT_MS = 10_000;

/**
 * Ends a server that an exporter left behind on this cluster, and removes a postmaster.pid that names no such server
 * (after a crash its number may belong to another program, and Postgres would then refuse to start).
 */
export async function clearLeftover(cluster: string, warn: (message: string) => void): Promise<void> {
  const path = join(cluster, 'postmaster.pid');
  const pid = Number((await readFile(path, 'utf8').catch(() => '')).split('\n')[0]);
  if (!Number.isInteger(pid) || pid <= 1 || !isServerOf(pid, cluster)) {
    // A living process that is not ours to look at: Postgres itself decides.
    if (pid > 1 && startOf(pid) !== undefined && isHidden(pid)) return;
    await rm(path, { force: true });
    return;
  }
  warn(`a Postgres left behind by an earlier run (process ${pid}) is stopped`);
  // Fast shutdown, then immediate (which recovers from the log at the next start), then the hard way.
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    if (await endsBy(pid, signal)) return;
  }
  throw new Error(`the Postgres process ${pid} on ${cluster} does not end: stop it by hand`);
}

async function endsBy(pid: number, signal: NodeJS.Signals): Promise<boolean> {
  const started = startOf(pid);
  const deadline = performance.now() + TIMEOUT_MS;
  if (started !== undefined) process.kill(pid, signal);
  while (performance.now() < deadline) {
    if (startOf(pid) !== started || started === undefined) return true;
    await sleep(20);
  }
  return false;
}

function isHidden(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function isServerOf(pid: number, cluster: string): boolean {
  try {
    if (process.platform !== 'linux')
      return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).includes(cluster);
    return (
      readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'postgres' &&
      readlinkSync(`/proc/${pid}/cwd`) === realpathSync(cluster)
    );
  } catch {
    return false;
  }
}
