import { expect, test } from 'vitest';
import { apiContext } from '../../test/api-context.ts';
import { llmRow } from '../../test/llm-row.ts';
import { storeUsage } from '../collectors/llm/store.ts';
import { withTransaction } from '../database/pool.ts';

const DAY = '2026-03-10';
const PERIOD = 'from=2026-03-10&to=2026-03-11';

const context = apiContext(
  async ({ pool }) => {
    const used = { prompt: 1_000, computed: 2_000_000n };
    const rows = [
      llmRow({ user: 'ada', provider: 'openai', model: 'gpt-4o', ...used, requests: 0 }),
      llmRow({ user: 'bob', provider: 'anthropic', model: 'claude-sonnet-4', ...used, requests: 4, errors: 1 }),
    ];
    const days = [{ day: DAY, provisional: false, fields: new Set(['input'] as const), rows, idle: [] }];
    await withTransaction(pool, (tx) => storeUsage(tx, { days }));
  },
  { collectors: [] },
);

test.each([
  [`error-rates?${PERIOD}`, { requests: null, successes: null, errors: null, errorRate: null }, { requests: 4 }],
  [`cost-by-user?${PERIOD}`, { requests: null, errors: null }, { requests: 4, errors: 1 }],
  [`cost-by-user?${PERIOD}&provider=openai&provider=anthropic`, { requests: null, errors: null }, { requests: 4 }],
  ['metrics-monthly-summary?from=2026-03-01&to=2026-04-01&groupBy=model', { requests: null }, { requests: 4 }],
])('requests that no source counted are unknown, not 0: %s', async (path, uncounted, counted) => {
  const rows = await context.rows(`/metrics/${path}`);
  const [openai, anthropic] = [rows.find(isAbout('openai', 'ada')), rows.find(isAbout('anthropic', 'bob'))];
  expect(openai).toMatchObject(uncounted);
  expect(anthropic).toMatchObject(counted);
});

function isAbout(provider: string, user: string): (row: Record<string, unknown>) => boolean {
  return (row) => row['provider'] === provider || row['userId'] === user;
}
