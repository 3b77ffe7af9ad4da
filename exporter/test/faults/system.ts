import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { z } from 'zod';
import { mintToken } from '../../src/api/auth/mint.ts';
import { syncReport } from '../../src/api/features/sync/schema.ts';
import type { Role } from '../../src/contract/datasets.ts';
import type { CollectorName } from '../../src/contract/providers.ts';
import { BUILT } from '../built-exporter.ts';
import { startExporter, until, type ExporterProcess } from '../exporter-process.ts';

export const JWT_SECRET = 'a-secret-of-the-fault-table-32-bytes';
export type Report = z.output<typeof syncReport>;

export interface Got {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
  /** The body as JSON; undefined where it is none. */
  readonly json: unknown;
}

export interface AskOptions {
  readonly method?: string;
  readonly body?: unknown;
  /** null: none at all. */
  readonly role?: Role | null;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The built exporter as a process of its own, asked as its users ask it. */
export interface System extends ExporterProcess {
  ask(path: string, options?: AskOptions): Promise<Got>;
  /** `POST /metrics/sync-all` to its end. */
  sync(collectors?: readonly CollectorName[]): Promise<{ readonly status: number; readonly report: Report }>;
  page(): Promise<string>;
  /** The lines of /metrics that tell business figures, sorted: what must outlive every fault. */
  figures(): Promise<string[]>;
  alive(): Promise<boolean>;
  /** Moves what the process takes for the time, from the real one. */
  clock(offsetMs: number): Promise<void>;
  /**
   * From now on its `fetch` rejects with a value that is not an Error; and others are thrown and rejected where
   * nothing catches them.
   */
  misbehave(): Promise<void>;
  /** Ends it, whatever it does. */
  close(): Promise<void>;
}

export interface SystemOptions {
  /** Shortens long waits; see preload.ts. */
  readonly haste?: number;
  readonly hasteFrom?: number;
  /** Waits until it is ready; true. */
  readonly ready?: boolean;
}

export async function startSystem(
  env: Readonly<Record<string, string>>,
  { haste = 1, hasteFrom = 10_000, ready = true }: SystemOptions = {},
): Promise<System> {
  const folder = await mkdtemp(join(tmpdir(), 'marginboard-faults-'));
  const preload = new URL(`./preload.ts?haste=${haste}&from=${hasteFrom}`, import.meta.url).href;
  const one = await startExporter({ DATA_DIR: folder, JWT_SECRET, SYNC_SCHEDULE: 'off', ...env }, BUILT, [
    '--import',
    preload,
  ]);
  const ask: System['ask'] = async (path, { method = 'GET', body, role = 'admin', headers = {} } = {}) => {
    const authorization = role === null ? {} : { authorization: `Bearer ${await tokenOf(role, env['JWT_SECRET'])}` };
    const content = body === undefined ? {} : { 'content-type': 'application/json' };
    const response = await fetch(one.url + path, {
      method,
      headers: { ...authorization, ...content, ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, text, headers: response.headers, json: parsed(text) };
  };
  const page = async (): Promise<string> =>
    (
      await ask('/metrics', {
        role: null,
        headers: env['METRICS_TOKEN'] === undefined ? {} : { authorization: `Bearer ${env['METRICS_TOKEN']}` },
      })
    ).text;
  const tell = async (message: object): Promise<void> => {
    const done = once(one.child, 'message');
    one.child.send(message);
    await done;
  };
  if (ready) await until(async () => (await ask('/-/ready', { role: null })).status === 200);
  return {
    ...one,
    ask,
    page,
    async sync(collectors) {
      const { status, json, text } = await ask('/api/v1/metrics/sync-all', {
        method: 'POST',
        body: collectors === undefined ? {} : { collectors },
        role: 'sync',
      });
      const report = syncReport.safeParse(json);
      if (!report.success) throw new Error(`sync-all answered ${status}: ${text}`);
      return { status, report: report.data };
    },
    figures: async () => figuresOf(await page()),
    alive: async () => one.child.exitCode === null && (await ask('/-/healthy', { role: null })).status === 200,
    clock: (clockMs) => tell({ clockMs }),
    misbehave: () => tell({ throwing: true }),
    async close() {
      if (one.child.exitCode === null && one.child.signalCode === null) await one.end('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What tells of runs and of the process itself comes and goes with them. */
const NOT_FIGURES = /^(#|marginboard_(collector|upstream|snapshot|database|disk|build|read_database)_)/;

export function figuresOf(page: string): string[] {
  return page
    .split('\n')
    .filter((line) => line.startsWith('marginboard_') && !NOT_FIGURES.test(line))
    .sort();
}

export function tokenOf(role: Role, secret = JWT_SECRET): Promise<string> {
  return mintToken(secret, {
    role,
    subject: 'fault-table',
    expiresAt: Math.floor(Date.now() / 1000) + 5 * 86_400,
    roleClaim: 'role',
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
