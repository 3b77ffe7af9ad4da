import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { NOW, startApi, token } from '../../../test/api-server.ts';
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../../../test/database.ts';
import { everyAnswer } from '../../../test/every-answer.ts';
import { fillDemo } from '../../demo/index.ts';
import { restoreBackup } from './restore.ts';
import { writeBackup } from './write.ts';

let folder: string;
let source: TestDatabase;
let target: TestDatabase;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'restored-answers-'));
  [source, target] = await Promise.all([createTestDatabase(), createEmptyDatabase()]);
});
afterEach(async () => {
  await Promise.all([source.drop(), target.drop()]);
  await rm(folder, { recursive: true });
});

test('after a restore every route answers what it answered before: cards, days, series, history and exports', async () => {
  await fillDemo(source.pool, { now: async () => new Date(NOW) }, pino({ level: 'silent' }));
  const asked = await startApi(source.url);
  const invoice = { provider: 'vendor_a', periodStart: '2026-02-01', periodEnd: '2026-03-01', currency: 'USD' };
  const post = async (path: string, body: object): Promise<unknown> => {
    const answer = await asked.send('POST', path, { body: JSON.stringify(body) });
    expect(answer.status, answer.text).toBe(201);
    return answer.json;
  };
  const list = '/api/v1/admin/billing-adjustments';
  const entered = z.object({ data: z.array(z.object({ id: z.string() })).length(1) });
  const { data } = entered.parse(await post('/api/v1/admin/billing-adjustment', { ...invoice, amount: '28.00' }));
  await post(`${list}/${data[0]?.id ?? ''}/correction`, { amount: '56.00', notes: 'typed wrongly' });
  const before = await everyAnswer(asked.url, await token({ role: 'admin' }));
  await asked.close();
  const file = join(folder, 'a.backup');
  await writeBackup(source.url, file);
  await restoreBackup(file, target.url);
  const restored = await startApi(target.url);
  const after = await everyAnswer(restored.url, await token({ role: 'admin' }));
  await restored.close();
  const good = [...before].filter(([, answer]) => answer.startsWith('200 ')).map(([path]) => path);
  expect(good.length).toBeGreaterThan(25);
  expect(good.filter((path) => path.includes('/export/')).length).toBeGreaterThan(2);
  expect(before.get(list)).toContain('typed wrongly');
  expect(after).toEqual(before);
}, 150_000);
