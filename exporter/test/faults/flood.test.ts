import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BUILT, buildExporter } from '../built-exporter.ts';
import { createTestDatabase, type TestDatabase } from '../database.ts';
import { startExporter, until, type ExporterProcess } from '../exporter-process.ts';

const REQUESTS = 1_700;

let database: TestDatabase;
let folder: string;
let exporter: ExporterProcess;
beforeAll(async () => {
  await buildExporter();
  database = await createTestDatabase();
  folder = mkdtempSync(join(tmpdir(), 'marginboard-flood-'));
  exporter = await startExporter(
    { DATABASE_URL: database.url, DATA_DIR: folder, SYNC_SCHEDULE: 'off', DEMO: 'true' },
    BUILT,
  );
  // On a busy machine a connection that is kept for the next question may end just then.
  await until(async () => (await fetch(`${exporter.url}/-/ready`, { headers: { connection: 'close' } })).ok);
}, 120_000);
afterAll(async () => {
  await exporter.end('SIGTERM');
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

function residentMiB(): number {
  const kib = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${exporter.child.pid ?? 0}/status`, 'utf8'))?.[1];
  return Number(kib) / 1024;
}

/** Sends the requests in one piece; resolves to the number of answers, or what came until the connection ended. */
function flood(path: string, reads: boolean): { readonly socket: Socket; readonly answers: Promise<number> } {
  const { port } = new URL(exporter.url);
  const text = `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`.repeat(REQUESTS);
  let rest = '';
  let count = 0;
  const socket = connect(Number(port), '127.0.0.1', () => void socket.write(text));
  const answers = new Promise<number>((resolve) => {
    socket.on('error', () => undefined).once('close', () => resolve(count));
    if (!reads) {
      socket.pause();
      return;
    }
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      rest += chunk;
      count += rest.split('HTTP/1.1 200 OK').length - 1;
      rest = rest.slice(-14);
      if (count >= REQUESTS) socket.end();
    });
  });
  return { socket, answers };
}

/** Asks for health on connections of its own while `work` goes on: the slowest answer in ms, and the most memory. */
async function whileWorking(work: Promise<unknown>): Promise<{ slowestMs: number; mostMiB: number }> {
  let slowestMs = 0;
  let mostMiB = 0;
  let over = false;
  void work.finally(() => {
    over = true;
  });
  do {
    const begun = performance.now();
    expect((await fetch(`${exporter.url}/-/healthy`, { headers: { connection: 'close' } })).status).toBe(200);
    slowestMs = Math.max(slowestMs, performance.now() - begun);
    mostMiB = Math.max(mostMiB, residentMiB());
    await sleep(20);
  } while (!over);
  return { slowestMs, mostMiB };
}

describe.runIf(process.platform === 'linux')('1,700 pipelined requests without a token', () => {
  it.each(['/openapi.json', '/metrics', '/'])(
    '%s: health answers and memory stays bounded',
    async (path) => {
      const { answers } = flood(path, true);
      const { slowestMs, mostMiB } = await whileWorking(answers);
      expect(await answers).toBe(REQUESTS);
      expect(mostMiB).toBeLessThan(400);
      expect(slowestMs).toBeLessThan(2_000);
    },
    60_000,
  );

  it('answers that nobody reads are not made', async () => {
    const { socket, answers } = flood('/openapi.json', false);
    const { slowestMs, mostMiB } = await whileWorking(sleep(2_000));
    socket.destroy();
    await answers;
    expect(mostMiB).toBeLessThan(400);
    expect(slowestMs).toBeLessThan(2_000);
  }, 60_000);

  it('four connections at once, each asking for all of them', async () => {
    const floods = Array.from({ length: 4 }, (_, i) => flood(i % 2 === 0 ? '/openapi.json' : '/metrics', true));
    const { slowestMs, mostMiB } = await whileWorking(sleep(3_000));
    for (const { socket } of floods) socket.destroy();
    await Promise.all(floods.map(({ answers }) => answers));
    expect(mostMiB).toBeLessThan(400);
    expect(slowestMs).toBeLessThan(2_000);
    expect((await fetch(`${exporter.url}/metrics`)).status).toBe(200);
    expect(exporter.output()).not.toContain('"level":50');
  }, 60_000);
});
