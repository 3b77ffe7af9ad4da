import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createTestDatabase, type TestDatabase } from '../../test/database.ts';
import { startApi, type TestApi } from '../../test/api-server.ts';
import { seedFigures, seedSync } from '../../test/seed-figures.ts';

let database: TestDatabase;
let api: TestApi;
beforeAll(async () => {
  database = await createTestDatabase();
  await seedFigures(database.pool);
  await seedSync(database.pool, '2026-03-14', '2026-03-15T00:31:00Z');
  api = await startApi(database.url);
});
afterAll(async () => {
  await api.close();
  await database.drop();
});

const list = z.looseObject({ data: z.array(z.record(z.string(), z.unknown())) });
async function body(path: string): Promise<unknown> {
  const answer = await api.get(`/api/v1${path}`);
  expect(answer.status, answer.text).toBe(200);
  return answer.json;
}
const rows = async (path: string) => list.parse(await body(path)).data;

describe('summary-trend', () => {
  it('ends with the total of the asked days, and begins with that of as many days before', async () => {
    const last = { from: '2026-03-08', to: '2026-03-13' };
    const before = { from: '2026-03-03', to: '2026-03-08' };
    const trend = await rows(`/metrics/summary-trend?from=${last.from}&to=${last.to}`);
    expect(trend.map(({ day }) => day)).toEqual([
      '2026-03-07',
      '2026-03-08',
      '2026-03-09',
      '2026-03-10',
      '2026-03-11',
      '2026-03-12',
    ]);
    for (const [row, { from, to }] of [[trend.at(-1), last] as const, [trend[0], before] as const]) {
      const { llmCostUsd, infrastructureCostUsd } = z
        .object({ llmCostUsd: z.string(), infrastructureCostUsd: z.string() })
        .parse(await body(`/metrics/summary?from=${from}&to=${to}`));
      expect(row).toMatchObject({ llmCostUsd, infrastructureCostUsd });
    }
  });

  it('takes only complete days, and none where there is none', async () => {
    expect((await rows('/metrics/summary-trend?from=2026-03-10&to=2026-03-20')).at(-1)?.['day']).toBe('2026-03-14');
    expect((await rows('/metrics/summary-trend')).at(-1)?.['day']).toBe('2026-03-14');
    expect(await rows('/metrics/summary-trend')).toHaveLength(31);
    expect(await rows('/metrics/summary-trend?from=2026-03-15&to=2026-03-16')).toEqual([]);
  });
});
