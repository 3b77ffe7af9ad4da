import { expect, it } from 'vitest';
import pino from 'pino';
import { startApi } from '../../../../test/api-server.ts';
import { dataOf } from '../../../../test/billing.ts';
import { createTestDatabase } from '../../../../test/database.ts';
import { createClock } from '../../../database/clock.ts';
import { fillDemo } from '../../../demo/fill.ts';
import { micros } from '../../../money/format.ts';
import { sumMicros } from '../../../money/micros.ts';
import { monthAnswer } from './schema.ts';

const NOW = '2026-04-05T12:00:00Z';

it('a statement has the movements of the waterfall, which add up, on the page and in the document', async () => {
  const database = await createTestDatabase();
  await fillDemo(database.pool, createClock({ now: NOW, db: database.pool }), pino({ level: 'silent' }));
  const api = await startApi(database.url, { env: { NOW } });
  const { movements } = monthAnswer.parse((await api.get('/api/v1/months/2026-03')).json).live;
  const [row] = await dataOf(api, '/api/v1/metrics/mrr-waterfall?from=2026-03-01&to=2026-04-01');
  expect(movements).not.toBeNull();
  expect(row).toMatchObject(movements ?? {});
  const { openingUsd, closingUsd, ...moved } = movements ?? { openingUsd: null, closingUsd: null };
  const parts = [openingUsd, ...Object.values(moved)].map((amount) => micros(amount) ?? 0n);
  expect(sumMicros(parts)).toBe(micros(closingUsd));
  const document = (await api.get('/api/v1/months/2026-03.html')).text;
  expect(document).toContain('How MRR moved');
  expect(document).toMatch(/Churn<\/th>\s*<td class="n">-?\$\d/);
  await api.close();
  await database.drop();
}, 120_000);
