import { expect, it } from 'vitest';
import { apiContext } from '../../../../test/api-context.ts';
import type { LlmRow } from '../../../collectors/llm/data.ts';
import { storeUsage } from '../../../collectors/llm/store.ts';
import { withTransaction } from '../../../database/pool.ts';

const PATH = '/api/v1/admin/llm-prices/reprice';
const context = apiContext();

function used(user: string, provider: string, model: string, prompt: number, reported?: bigint): LlmRow {
  return {
    user,
    provider,
    model,
    prompt,
    completion: 0,
    cacheRead: 0,
    cacheWrite: 0,
    requests: 1,
    errors: 0,
    reported,
    computed: undefined,
    partial: false,
  };
}

it('says in the preview and after it which share of the cost is by prices that totals do not tell apart', async () => {
  const rows = [
    used('ada', 'google', 'gemini-2.5-pro', 1_000_000),
    // Fewer tokens than the first tier, and a cost that the source was charged: nothing about them is uncertain.
    used('bob', 'google', 'gemini-2.5-pro', 150_000),
    used('eve', 'google', 'gemini-2.5-pro', 1_000_000, 2_500_000n),
    used('ada', 'openai', 'gpt-4o', 1_000_000),
  ];
  const day = { day: '2026-03-14', provisional: false, fields: new Set(['input'] as const), rows, idle: [] };
  await withTransaction(context.database.pool, (tx) => storeUsage(tx, { days: [day] }));
  const warning = expect.objectContaining({
    code: 'price_by_context',
    message: expect.stringContaining('19.4 % of the cost (1.25 of 6.4375 USD)'),
  });
  for (const apply of [false, true]) {
    const body = JSON.stringify({ from: '2026-03-01', to: '2026-04-01', apply });
    const answer = await context.api.send('POST', PATH, { role: 'admin', body });
    expect(answer.json).toMatchObject({ applied: apply, costAfterUsd: '3.9375', warnings: [warning] });
  }
});
