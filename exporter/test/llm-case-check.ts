import { expect } from 'vitest';
import { createLlmCollector } from '../src/collectors/llm/index.ts';
import { PRESETS } from '../src/collectors/llm/presets.ts';
import { withTransaction } from '../src/database/pool.ts';
import type { TestApi } from './api-server.ts';
import { dryRunContext } from './collect-context.ts';
import type { TestDatabase } from './database.ts';
import { costAtApi, emptyUsage, storedUsage } from './llm-stored-usage.ts';
import { llmSettings } from './providers/llm-settings.ts';
import type { LlmCase } from './providers/llm-cases.ts';

export interface CaseStage {
  readonly database: TestDatabase;
  readonly api: TestApi;
  /** Of a server that holds the series of `inOneServer`. */
  readonly url: string;
}

/** Reads and stores a case, and compares what is stored, warned of and answered with what it must come to. */
export async function checkLlmCase(
  { database, api, url }: CaseStage,
  { id, preset, now, day, expect: expected }: LlmCase,
): Promise<void> {
  await emptyUsage(database.pool);
  const collector = createLlmCollector(llmSettings(url, { LLM_PRESET: preset }), {
    mapping: { ...PRESETS[preset], matchers: [`job=~"${id}/.*"`] },
  });
  const { data, warnings } = await collector.collect(dryRunContext(database.pool, now, { back: 1 }));
  await withTransaction(database.pool, (tx) => collector.store(tx, day, data));
  const found = await storedUsage(database.pool, day);
  for (const want of expected.rows)
    expect(found.filter(({ user }) => user === want.user)).toContainEqual(expect.objectContaining(want));
  expect(warnings.map(({ code }) => code)).toEqual(expect.arrayContaining(expected.warnings ?? []));
  for (const part of expected.messages ?? [])
    expect(warnings.map(({ message }) => message)).toContainEqual(expect.stringContaining(part));
  if (expected.totalPrompt !== undefined)
    expect(found.reduce((sum, { prompt }) => sum + prompt, 0)).toBe(expected.totalPrompt);
  if (expected.totalUnpriced !== undefined)
    expect(found.reduce((sum, { unpriced }) => sum + unpriced, 0)).toBe(expected.totalUnpriced);
  if (expected.totalCost === undefined) return;
  expect(found.reduce((sum, { cost }) => sum + (cost ?? 0), 0)).toBe(expected.totalCost);
  expect((await costAtApi(api, day)) ?? 0).toBe(expected.totalCost);
}
