import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/database.ts';
import { JWT_SECRET, startApi, type TestApi } from '../../../../test/api-server.ts';
import { fakeCollectors } from '../../../../test/fake-collector.ts';
import { CollectorError } from '../../../collectors/errors.ts';
import { DOCTOR_PATH } from '../../../contract/doctor.ts';
import { doctorReport } from './schema.ts';

const PATH = `/api/v1${DOCTOR_PATH}`;
let database: TestDatabase;
let api: TestApi;
let examined = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  const collectors = fakeCollectors({
    stripe: {
      configured: () => ({ outcome: 'skipped', reason: 'not_configured', message: 'STRIPE_SECRET_KEY is not set' }),
    },
    twilio: {
      collect: async () => {
        examined += 1;
        throw new CollectorError('auth', 'invalid_key', `Twilio refuses the key ${JWT_SECRET}`);
      },
    },
  });
  api = await startApi(database.url, { collectors });
});
afterAll(async () => {
  await api.close();
  await database.drop();
});

async function finished(): Promise<ReturnType<typeof doctorReport.parse>> {
  for (;;) {
    const report = doctorReport.parse((await api.get(PATH, 'admin')).json);
    if (!report.running) return report;
    await sleep(20);
  }
}

it('says of each provider what the next run would do, with the remedy, and hides secrets; two calls are one', async () => {
  expect((await api.get(PATH, 'admin')).json).toEqual({
    running: false,
    startedAt: null,
    finishedAt: null,
    data: [],
  });
  const [first, second] = await Promise.all([api.send('POST', PATH), api.send('POST', PATH)]);
  expect([first.status, second.status]).toEqual([202, 202]);
  const report = await finished();
  expect(examined).toBe(1);
  const of = (name: string) => report.data.find(({ collector }) => collector === name);
  expect(of('stripe')).toMatchObject({ state: 'skipped', reason: 'not_configured' });
  expect(of('twilio')?.state).toBe('broken');
  expect(JSON.stringify(of('twilio'))).toContain('Twilio refuses the key ***');
  expect(of('weaviate')?.state).toBe('ok');
  const stored = await database.pool.query('SELECT 1 FROM weaviate_metrics');
  expect(stored.rows).toEqual([]);
});

it('is for administrators', async () => {
  expect((await api.get(PATH, 'viewer')).status).toBe(403);
  expect((await api.send('POST', PATH, { role: 'viewer' })).status).toBe(403);
});
