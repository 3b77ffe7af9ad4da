import type { Pool } from 'pg';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startApi } from '../../test/api-server.ts';
import { createTestDatabase, type TestDatabase } from '../../test/database.ts';
import { fakeCollectors } from '../../test/fake-collector.ts';
import { seedFigures, seedSync } from '../../test/seed-figures.ts';
import { startVersionOnlyApi, textOf, versionOnlyReader, type VersionOnlyApi } from '../../test/version-only-api.ts';
import { API_BASE } from '../contract/datasets.ts';
import { bumpDataVersion } from '../database/data-version.ts';
import { createPool, keepsSessions } from '../database/pool.ts';
import { createReader } from '../database/reader.ts';
import { fillDemo } from '../demo/index.ts';

const METRICS = `${API_BASE}/metrics`;
const COSTS = `${METRICS}/infrastructure-costs?from=2026-03-01&to=2026-04-01`;

let database: TestDatabase;
const open: { close(): Promise<void> }[] = [];

async function exporter(): Promise<VersionOnlyApi> {
  const api = await startVersionOnlyApi(database.url, { collectors: fakeCollectors() });
  open.push(api);
  return api;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

describe('a cached response', () => {
  beforeEach(async () => {
    database = await createTestDatabase();
  });
  afterEach(() => database.drop());

  it('of an empty database gives way to the demonstration', async () => {
    const [api, path] = [await exporter(), `${METRICS}/summary`];
    const empty = await textOf(api, path);
    expect(await textOf(api, path)).toBe(empty);
    expect(
      await fillDemo(openPool(), { now: async () => new Date('2026-03-15T12:00:00Z') }, pino({ level: 'silent' })),
    ).toBe('filled');
    expect(await textOf(api, path)).not.toBe(empty);
  });

  it('holds until midnight, and until a source counts as stale', async () => {
    await seedFigures(database.pool);
    await seedSync(database.pool, '2026-03-14', '2026-03-14T06:00:00Z');
    let now = new Date('2026-03-15T17:59:59Z');
    const pool = createPool(database.url, { max: 2 });
    const { reader, databaseReads } = versionOnlyReader(pool);
    const at = (one: { readonly version: string | null; readonly stamp: string }) => ({ ...one, now });
    const api = await startApi(database.url, {
      collectors: fakeCollectors(),
      deps: {
        clock: { now: async () => now, fixed: undefined },
        reader: {
          version: async () => at(await reader.version()),
          snapshot: (action) => reader.snapshot((snapshot) => action({ ...snapshot, now })),
        },
      },
    });
    open.push(api, { close: () => pool.end() });
    const stale = async (): Promise<boolean> => (await textOf(api, `${METRICS}/summary`)).includes('stale_collector');
    expect([await stale(), await stale(), databaseReads()]).toEqual([false, false, 1]);
    now = new Date('2026-03-15T18:00:00.001Z');
    expect([await stale(), await stale(), databaseReads()]).toEqual([true, true, 2]);
    const days = async (): Promise<string> => textOf(api, `${METRICS}/infrastructure-costs`);
    expect(await days()).toContain('"day":"2026-03-15"');
    now = new Date('2026-03-16T00:00:00Z');
    expect(await days()).toContain('"day":"2026-03-16"');
  });

  it('is one for every order of the parameters, and one for each role', async () => {
    const api = await exporter();
    await textOf(api, `${METRICS}/summary?from=2026-01-01&to=2026-03-01`);
    await textOf(api, `${METRICS}/summary?to=2026-03-01&from=2026-01-01`);
    expect(api.databaseReads()).toBe(1);
    await api.get(`${METRICS}/summary?from=2026-01-01&to=2026-03-01`, 'admin');
    expect(api.databaseReads()).toBe(2);
  });

  it('is read once for many simultaneous requests; refusals are not cached', async () => {
    await seedFigures(database.pool);
    const api = await exporter();
    const answers = await Promise.all(Array.from({ length: 20 }, () => textOf(api, COSTS)));
    expect(new Set(answers).size).toBe(1);
    expect(api.databaseReads()).toBe(1);
    for (let time = 0; time < 2; time += 1)
      expect((await api.get(`${METRICS}/summary?from=2026-04-01`)).status).toBe(400);
    expect(api.databaseReads()).toBe(3);
  });

  it('comes compressed or plain with one ETag, and a 304 without a body', async () => {
    await seedFigures(database.pool);
    const api = await exporter();
    const ask = (headers: Record<string, string>) => api.send('GET', COSTS, { role: 'viewer', headers });
    const [zipped, plain] = [await ask({ 'accept-encoding': 'gzip' }), await ask({ 'accept-encoding': 'identity' })];
    expect([zipped.headers.get('content-encoding'), plain.headers.get('content-encoding')]).toEqual(['gzip', null]);
    expect(Number(zipped.headers.get('content-length'))).toBeLessThan(Number(plain.headers.get('content-length')));
    expect(zipped.text).toBe(plain.text);
    const etag = zipped.headers.get('etag') ?? '';
    expect(plain.headers.get('etag')).toBe(etag);
    expect(zipped.headers.get('vary')).toBe('Authorization, Accept-Encoding');
    for (const encoding of ['gzip', 'identity']) {
      const same = await ask({ 'accept-encoding': encoding, 'if-none-match': etag });
      expect([same.status, same.text, same.headers.get('etag')]).toEqual([304, '', etag]);
    }
    expect(api.databaseReads()).toBe(1);
    // Something was stored, and nothing of it is in this answer.
    await bumpDataVersion(database.pool);
    expect((await ask({ 'if-none-match': etag })).status).toBe(304);
    const head = await api.send('HEAD', COSTS, { role: 'viewer' });
    expect([head.status, head.text, head.headers.get('etag')]).toEqual([200, '', etag]);
  });

  it('never hides that the database is gone', async () => {
    const pool = createPool(database.url, { max: 2 });
    const api = await startApi(database.url, { deps: { reader: createReader(() => pool, keepsSessions) } });
    open.push(api);
    expect((await api.get(COSTS)).status).toBe(200);
    await pool.end();
    expect((await api.get(COSTS)).status).toBe(503);
  });

  it('a name that could not be looked up is asked for again', async () => {
    await seedFigures(database.pool);
    const pool = createPool(database.url, { max: 2 });
    const { reader, databaseReads } = versionOnlyReader(pool);
    let known = new Map<string, string>();
    const api = await startApi(database.url, {
      deps: { reader, emails: { emailsOf: async () => known, pending: () => known.size === 0 } },
    });
    open.push(api, { close: () => pool.end() });
    const path = `${METRICS}/cost-by-user`;
    expect(await textOf(api, path)).toContain('user-user-ann');
    known = new Map([['user-anna-1234', 'anna@example.com']]);
    expect(await textOf(api, path)).toContain('anna@example.com');
    expect(await textOf(api, path)).toContain('anna@example.com');
    expect(databaseReads()).toBe(2);
  });
});

/** A pool like the exporter's; closed after the test. */
function openPool(): Pool {
  const pool = createPool(database.url, { max: 2 });
  open.push({ close: () => pool.end() });
  return pool;
}
