import { execFile } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { token, startApi, type TestApi, type TestApiOptions } from '../../test/api-server.ts';
import { createTestDatabase, type TestDatabase } from '../../test/database.ts';
import { createFakeCollector, fakeCollectors } from '../../test/fake-collector.ts';
import type { Role } from '../contract/datasets.ts';
import { CollectorError } from '../collectors/errors.ts';
import { syncAccepted, syncReport, syncRun } from './features/sync/schema.ts';

let database: TestDatabase;
let api: TestApi | undefined;

beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(async () => {
  await api?.close();
  api = undefined;
  await database.drop();
});

async function start(options: TestApiOptions = {}): Promise<TestApi> {
  api = await startApi(database.url, options);
  return api;
}
const refused = {
  collect: async () => {
    throw new CollectorError('auth', 'invalid_key', 'the key was refused');
  },
};
const SYNC = '/api/v1/metrics/sync-all';
const post = (target: TestApi, query = '', init: RequestInit & { role?: Role; body?: string } = {}) =>
  target.send('POST', SYNC + query, init);

/** Collectors that answer once they are let go. */
function heldCollectors() {
  const gate = Promise.withResolvers<void>();
  const collectors = fakeCollectors().map((collector) =>
    createFakeCollector(collector.name, {
      collect: async (context) => {
        await gate.promise;
        return collector.collect(context);
      },
    }),
  );
  return { collectors, letGo: () => gate.resolve() };
}

describe('POST sync-all', () => {
  it('200: an outcome for each collector', async () => {
    const target = await start();
    const answer = await post(target, '', { role: 'sync' });
    expect(answer.status).toBe(200);
    const report = syncReport.parse(answer.json);
    expect(report).toEqual(answer.json);
    expect(report.collectors.map(({ collector, day, outcome }) => [collector, day, outcome])).toEqual(
      ['digital_ocean', 'stripe', 'weaviate', 'supabase', 'twilio', 'llm'].map((name) => [
        name,
        '2026-03-14',
        'succeeded',
      ]),
    );
    expect((await target.get(`/api/v1/metrics/sync-runs/${report.runId}`)).json).toMatchObject({
      outcome: 'succeeded',
      startedAt: '2026-03-15T12:00:00.000Z',
      collectors: report.collectors,
    });
  });

  it('207 and 502: some or all failed, with the reason', async () => {
    const target = await start({ collectors: fakeCollectors({ stripe: refused }) });
    const some = await post(target);
    expect(some.status).toBe(207);
    expect(syncReport.parse(some.json).collectors[1]).toMatchObject({
      collector: 'stripe',
      outcome: 'failed',
      kind: 'auth',
      reason: 'invalid_key',
      message: 'the key was refused',
    });
    const all = await post(target, '', { body: '{"collectors":["stripe","stripe"]}' });
    expect(all.status).toBe(502);
    expect(syncReport.parse(all.json)).toMatchObject({ outcome: 'failed', collectors: [{ collector: 'stripe' }] });
  });

  it('curl --fail, as a cron uses it: succeeds, fails where all failed, and with ?strict=true where some did', async () => {
    const target = await start({ collectors: fakeCollectors({ stripe: refused }) });
    const jwt = await token({ role: 'sync' });
    const curl = (path: string, body: string) =>
      new Promise<{ code: unknown; output: string }>((resolve) => {
        execFile(
          'curl',
          [
            '--fail',
            '--silent',
            '--show-error',
            '-X',
            'POST',
            '-H',
            `Authorization: Bearer ${jwt}`,
            '-H',
            'Content-Type: application/json',
            '-d',
            body,
            target.url + path,
          ],
          (error, stdout, stderr) => resolve({ code: error?.code ?? 0, output: stdout + stderr }),
        );
      });
    const stripe = '{"collectors":["stripe"]}';
    const both = '{"collectors":["stripe","twilio"],"force":true}';
    expect(await curl(`${SYNC}?strict=true`, '{"collectors":["twilio"]}')).toMatchObject({ code: 0 });
    expect(await curl(SYNC, stripe)).toMatchObject({ code: 22, output: expect.stringContaining('502') });
    const partly = await curl(SYNC, both);
    expect(partly.code).toBe(0);
    expect(syncReport.parse(JSON.parse(partly.output))).toMatchObject({ outcome: 'partial' });
    expect(await curl(`${SYNC}?strict=true`, both)).toMatchObject({ code: 22, output: expect.stringContaining('502') });
    expect(await curl(`${SYNC}?strict=true&wait=20`, both)).toMatchObject({ code: 22 });
    const strict = await post(target, '?strict=true', { body: both });
    expect([strict.status, syncReport.parse(strict.json).outcome]).toEqual([502, 'partial']);
  });

  it('row 20: fifty at once make one run; the others learn its id', async () => {
    const { collectors, letGo } = heldCollectors();
    const target = await start({ collectors });
    const answers = Array.from({ length: 50 }, () => post(target));
    let answered = 0;
    const others = Promise.withResolvers<void>();
    for (const answer of answers) void answer.then(() => (++answered === 49 ? others.resolve() : undefined));
    await others.promise;
    letGo();
    const all = await Promise.all(answers);
    const [first] = all.filter(({ status }) => status === 200);
    const runId = syncReport.parse(first?.json).runId;
    const conflicts = all.filter(({ status }) => status === 409);
    expect(conflicts).toHaveLength(49);
    for (const conflict of conflicts) expect(conflict.json).toMatchObject({ status: 409, runId });
    expect((await database.pool.query('SELECT 1 FROM sync_runs')).rowCount).toBe(1);
    expect((await database.pool.query('SELECT 1 FROM metrics_sync_logs')).rowCount).toBe(6);
  });

  it.each([
    ['?wait=0', {}],
    ['', { prefer: 'respond-async' }],
    ['', { prefer: 'respond-async, wait=0' }],
  ] as const)('%s %o: 202 with a status address, the run goes on', async (query, headers) => {
    const { collectors, letGo } = heldCollectors();
    const target = await start({ collectors });
    const answer = await post(target, query, { headers });
    expect(answer.status).toBe(202);
    const { runId, statusUrl } = syncAccepted.parse(answer.json);
    expect(answer.headers.get('location')).toBe(statusUrl);
    expect((await target.get(statusUrl)).json).toMatchObject({ runId, outcome: null, finishedAt: null });
    letGo();
    await expect.poll(async () => syncRun.parse((await target.get(statusUrl)).json).outcome).toBe('succeeded');
    expect(syncRun.parse((await target.get(statusUrl)).json).collectors).toHaveLength(6);
  });

  it('?wait answers 200 when the run is faster', async () => {
    expect((await post(await start(), '?wait=20')).status).toBe(200);
  });

  it('a dry run stores nothing, and can be asked after', async () => {
    const target = await start();
    const answer = await post(target, '', { body: '{"dryRun":true}' });
    expect(answer.status).toBe(200);
    expect((await database.pool.query('SELECT 1 FROM sync_runs UNION ALL SELECT 1 FROM do_metrics')).rowCount).toBe(0);
    const { runId } = syncReport.parse(answer.json);
    expect((await target.get(`/api/v1/metrics/sync-runs/${runId}`)).json).toMatchObject({ outcome: 'succeeded' });
  });

  it('a POST without a body, with an empty one, and with Content-Length 0 are the same', async () => {
    const target = await start();
    expect((await post(target)).status).toBe(200);
    expect((await post(target, '', { body: '' })).status).toBe(200);
    expect((await post(target, '', { headers: { 'content-type': 'text/plain' } })).status).toBe(200);
  });
});
