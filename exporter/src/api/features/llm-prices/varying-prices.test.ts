import { expect, it } from 'vitest';
import { apiContext } from '../../../../test/api-context.ts';
import { llmRow } from '../../../../test/llm-row.ts';
import type { LlmRow } from '../../../collectors/llm/data.ts';
import { storeUsage } from '../../../collectors/llm/store.ts';
import { withTransaction } from '../../../database/pool.ts';

const PATH = '/api/v1/admin/llm-prices/reprice';
const context = apiContext();

function used(
  user: string,
  provider: string,
  model: string,
  prompt: number,
  more: Partial<Pick<LlmRow, 'reported' | 'audioPrompt'>> = {},
): LlmRow {
  return llmRow({ user, provider, model, prompt, ...more });
}

it('says in the preview and after it which share of the cost is by prices that totals do not tell apart', async () => {
  const rows = [
    used('ada', 'google', 'gemini-2.5-pro', 1_000_000),
    // Fewer tokens than the first tier, and a cost that the source was charged: nothing about them is uncertain.
    used('bob', 'google', 'gemini-2.5-pro', 150_000),
    used('eve', 'google', 'gemini-2.5-pro', 1_000_000, { reported: 2_500_000n }),
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

it('says so of sound and pictures that are not counted by themselves', async () => {
  const rows = [
    used('ada', 'openai', 'gpt-4o-transcribe', 1_000_000),
    used('bob', 'openai', 'gpt-4o-transcribe', 1_000_000, { audioPrompt: 1_000_000 }),
    used('ada', 'openai', 'gpt-4o', 600_000),
  ];
  const day = { day: '2026-04-14', provisional: false, fields: new Set(['input'] as const), rows, idle: [] };
  await withTransaction(context.database.pool, (tx) => storeUsage(tx, { days: [day] }));
  const body = JSON.stringify({ from: '2026-04-01', to: '2026-05-01' });
  const answer = await context.api.send('POST', PATH, { role: 'admin', body });
  const warning = expect.objectContaining({
    code: 'price_by_modality',
    message: expect.stringContaining('25 % of the cost (2.50 of 10.00 USD)'),
  });
  expect(answer.json).toMatchObject({ costAfterUsd: '10.00', warnings: [warning] });
});
