import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mintToken } from '../../../exporter/src/api/auth/mint.ts';
import type { Role } from '../../../exporter/src/contract/datasets.ts';
import { BUILT } from '../../../exporter/test/built-exporter.ts';
import { startExporter, type ExporterProcess } from '../../../exporter/test/exporter-process.ts';

export { buildExporter } from '../../../exporter/test/built-exporter.ts';

const SECRET = 'a-benchmark-secret-of-more-than-32-bytes!';

export interface RunningExporter {
  readonly url: string;
  readonly pid: number;
  token(role: Role): Promise<string>;
  /** Seconds of processor time so far, of all threads; undefined where /proc does not tell. */
  cpuSeconds(): Promise<number | undefined>;
  /** Resident memory in MiB, now and at its highest; undefined where /proc does not tell. */
  memory(): Promise<{ readonly now: number; readonly highest: number } | undefined>;
  stop(): Promise<void>;
}

/** The built exporter as a process of its own, without a schedule. */
export async function runExporter(env: Readonly<Record<string, string>>): Promise<RunningExporter> {
  const folder = await mkdtemp(join(tmpdir(), 'marginboard-bench-data-'));
  const started = await startExporter(
    { DATA_DIR: folder, JWT_SECRET: SECRET, SYNC_SCHEDULE: 'off', LOG_LEVEL: 'warn', ...env },
    BUILT,
  );
  const pid = started.child.pid ?? 0;
  return {
    url: started.url,
    pid,
    token: (role) =>
      mintToken(SECRET, {
        role,
        subject: 'bench',
        expiresAt: Math.floor(Date.now() / 1000) + 86_400,
        roleClaim: 'role',
      }),
    cpuSeconds: () => cpuSecondsOf(pid),
    memory: () => memoryOf(pid),
    async stop() {
      await end(started);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Waits until the first snapshot is loaded. */
export async function untilReady(url: string): Promise<void> {
  for (;;) {
    const answer = await fetch(`${url}/-/ready`).catch(() => undefined);
    if (answer?.ok === true) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function end(exporter: ExporterProcess): Promise<void> {
  const [code] = await exporter.end('SIGTERM');
  if (code !== 0) throw new Error(`the exporter ended with ${code ?? 'a signal'}:\n${exporter.output().slice(-2_000)}`);
}

async function cpuSecondsOf(pid: number): Promise<number | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  // After the command's name, which may hold spaces, utime and stime are the 12th and 13th field, in ticks of 10 ms.
  const [user, system] =
    stat
      ?.slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .slice(11, 13)
      .map(Number) ?? [];
  return user === undefined || system === undefined ? undefined : (user + system) / 100;
}

async function memoryOf(pid: number): Promise<{ now: number; highest: number } | undefined> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => undefined);
  const mib = (name: string): number | undefined => {
    const found = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status ?? '')?.[1];
    return found === undefined ? undefined : Number(found) / 1024;
  };
  const [now, highest] = [mib('VmRSS'), mib('VmHWM')];
  return now === undefined || highest === undefined ? undefined : { now, highest };
}
