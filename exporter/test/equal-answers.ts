import { expect } from 'vitest';
import pino from 'pino';
import type { LlmData, LlmRow } from '../src/collectors/llm/data.ts';
import { DATASETS } from '../src/contract/datasets.ts';
import { fillDemo } from '../src/demo/index.ts';
import type { TestApi } from './api-server.ts';
import type { TestDatabase } from './database.ts';

export const NOW = '2026-03-15T12:00:00Z';
export const TODAY = '2026-03-15';
const log = pino({ level: 'silent' });

/** One of several databases that must give the same answers; the first of them is the measure. */
export interface Side {
  readonly name: string;
  readonly database: TestDatabase;
  readonly api: TestApi;
}

/** The demonstration of six months. */
export async function fill({ pool }: TestDatabase): Promise<void> {
  expect(await fillDemo(pool, { now: async () => new Date(NOW) }, log)).toBe('filled');
}

/** Every dataset without parameters, over other periods, and with each of its filters. */
function questions(): string[] {
  const periods = [
    {},
    { from: '2026-02-01', to: '2026-03-01' },
    { from: '2025-12-10', to: TODAY },
    { from: '2026-03-14', to: '2026-03-16' },
  ];
  const filters = [
    { provider: 'openai' },
    { provider: 'supabase' },
    { model: 'gpt-4o' },
    { user: 'nobody' },
    { limit: '3' },
    { groupBy: 'model' },
    { months: '4' },
    { revenue: 'recognised' },
    { collector: 'llm' },
  ];
  return Object.values(DATASETS).flatMap(({ path, parameters }) => {
    const accepted = new Set<string>(parameters);
    const isAccepted = (query: object): boolean => Object.keys(query).every((name) => accepted.has(name));
    return [...periods, ...filters].filter(isAccepted).map((query) => `/api/v1${path}?${new URLSearchParams(query)}`);
  });
}

/** Asks each side everything; all answers must be those of the first, and good. */
export async function expectEqualAnswers(sides: readonly Side[]): Promise<void> {
  const asked = questions();
  expect(asked.length).toBeGreaterThan(50);
  const [expected, ...others] = await Promise.all(
    sides.map(async ({ api }) => {
      const answers = new Map<string, unknown>();
      for (const path of asked) {
        const { status, json } = await api.get(path);
        // The moment at which each database was filled.
        answers.set(path, { status, json: typeof json === 'object' ? { ...json, asOf: undefined } : json });
      }
      return answers;
    }),
  );
  for (const [path, answer] of expected ?? []) expect(answer, path).toMatchObject({ status: 200 });
  for (const answers of others)
    for (const path of asked) expect([path, answers.get(path)]).toEqual([path, expected?.get(path)]);
}

/** Does the same on each side; all must come to the same result. */
export async function onEach(sides: readonly Side[], action: (side: Side) => Promise<unknown>): Promise<void> {
  const results = await Promise.all(sides.map(action));
  for (const result of results) expect(result).toEqual(results[0]);
}

/** Usage of twelve users on these days, some of it priced by its source. */
export function lateUsage(days: readonly string[], requests: bigint): LlmData {
  const rows = Array.from({ length: 12 }, (_, index): LlmRow => ({
    user: `late-${index}`,
    provider: 'acme',
    model: index % 2 === 0 ? 'house-1' : 'unheard-of',
    prompt: 1_000 * (index + 1),
    completion: 10 * Number(requests),
    cacheRead: 0,
    cacheWrite: 0,
    requests: Number(requests),
    errors: index % 3,
    reported: index === 5 ? requests * 1_000_000n : undefined,
    computed: undefined,
    partial: false,
  }));
  return {
    days: days.toSorted().map((day) => ({
      day,
      provisional: day === TODAY,
      fields: new Set(['input', 'output', 'requests', 'errors'] as const),
      rows,
      idle: [],
    })),
  };
}
