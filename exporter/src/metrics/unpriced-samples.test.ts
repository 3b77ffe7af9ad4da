import { beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/database.ts';
import { llmRow } from '../../test/llm-row.ts';
import type { LlmRow } from '../collectors/llm/data.ts';
import { storeUsage } from '../collectors/llm/store.ts';
import { WHOLE_PROVIDER } from '../contract/providers.ts';
import { withTransaction } from '../database/pool.ts';
import { ledgerSamples } from './business-samples.ts';
import type { EffectiveCost } from './cost-samples.ts';
import { unpricedSamples } from './unpriced-samples.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  return () => database.drop();
});

function used(provider: string, model: string, prompt: number, computed: bigint | undefined): LlmRow {
  return llmRow({ provider, model, prompt, computed });
}

it('stands beside the costs of the month that leave tokens out', async () => {
  const dayOf = (day: string, rows: readonly LlmRow[]) => ({
    day,
    provisional: false,
    fields: new Set(['input'] as const),
    rows,
    idle: [],
  });
  await withTransaction(database.pool, (tx) =>
    storeUsage(tx, {
      days: [
        // Of the month before.
        dayOf('2026-02-27', [used('openai', 'house-1', 5, undefined)]),
        dayOf('2026-03-13', [used('openai', 'house-1', 400, undefined), used('openai', 'gpt-4o', 1_000, 2_500n)]),
        dayOf('2026-03-14', [used('openai', 'house-1', 30, undefined), used('anthropic', 'claude', 1_000, 3_000n)]),
      ],
    }),
  );
  const samples = await ledgerSamples(database.pool, '2026-03-15');
  const named = (name: string) => samples.filter((one) => one.name === name);
  expect(named('llm_unpriced_tokens_month_to_date')).toEqual([
    expect.objectContaining({ labels: { component: 'openai' }, value: 430 }),
    expect.objectContaining({ labels: { component: 'anthropic' }, value: 0 }),
  ]);
  expect(named('cost_month_to_date_usd')).toContainEqual(
    expect.objectContaining({ labels: { provider: 'llm', component: 'openai' }, value: 0.0025 }),
  );
});

it('leaves nothing out on days that an invoice covers', () => {
  const tokens = new Map([
    ['2026-03-13 openai', { priced: 0n, unpriced: 400n }],
    ['2026-03-14 openai', { priced: 0n, unpriced: 30n }],
    ['2026-03-14 mistral', { priced: 0n, unpriced: 7n }],
  ]);
  const invoiced = (day: string, component: string): EffectiveCost => ({
    day,
    provider: 'llm',
    component,
    source: 'invoice',
    amount: 1n,
    provisional: false,
    asOf: null,
  });
  expect(unpricedSamples(tokens, [invoiced('2026-03-13', 'openai'), invoiced('2026-03-14', 'openai')])).toEqual([
    { name: 'llm_unpriced_tokens_month_to_date', labels: { component: 'mistral' }, value: 7 },
    { name: 'llm_unpriced_tokens_month_to_date', labels: { component: 'openai' }, value: 0 },
  ]);
  // Of all vendors of LLMs together.
  expect(unpricedSamples(tokens, [invoiced('2026-03-14', WHOLE_PROVIDER)])).toEqual([
    { name: 'llm_unpriced_tokens_month_to_date', labels: { component: 'openai' }, value: 400 },
    { name: 'llm_unpriced_tokens_month_to_date', labels: { component: 'mistral' }, value: 0 },
  ]);
});
