import type { LlmCase } from './llm-cases.ts';
import type { WrittenSeries } from './prometheus.ts';

export type Samples = WrittenSeries['samples'];
export type Labels = Readonly<Record<string, string>>;
type Expected = LlmCase['expect'];

export const DAY = '2026-03-14';

/** Hours from the midnight at which the day begins (negative ones before it) and the values there. */
export function at(...points: readonly (readonly [hour: number, value: number | string])[]): Samples {
  return points.map(([hour, value]) => [Date.parse(`${DAY}T00:00:00Z`) + hour * 3_600_000, value]);
}

/** A counter that is read every half hour, from `from` to `to`, and rises by `step` from `start` on. */
export function rising(from: number, to: number, start: number, step: number): Samples {
  const count = Math.round((to - from) * 2) + 1;
  return at(...Array.from({ length: count }, (_, index) => [from + index / 2, start + index * step] as const));
}

export function series(metric: string, labels: Labels, samples: Samples): WrittenSeries {
  return { metric, labels: { job: 'app', instance: 'a:1', ...labels }, samples };
}

export const UP = series('up', {}, rising(-60, 30, 1, 0));

export function own(labels: Labels, samples: Samples): WrittenSeries {
  return series(
    'llm_tokens_total',
    { user_id: 'ada', provider: 'openai', model: 'gpt-4o', token_type: 'prompt', ...labels },
    samples,
  );
}

const LITELLM = { end_user: 'ada', hashed_api_key: 'h1', model: 'gpt-4o' };
export function litellm(metric: string, labels: Labels, samples: Samples): WrittenSeries {
  return series(`litellm_${metric}_metric_total`, { ...LITELLM, ...labels }, samples);
}

const OTEL = { gen_ai_system: 'openai', gen_ai_request_model: 'gpt-4o', user_id: 'ada' };
export function otel(metric: string, type: string, samples: Samples, labels: Labels = {}): WrittenSeries {
  return series(metric, { ...OTEL, gen_ai_token_type: type, ...labels }, samples);
}

export function one(
  id: string,
  why: string,
  preset: LlmCase['preset'],
  all: readonly WrittenSeries[],
  expect: Expected,
): LlmCase {
  return { id, why, preset, now: '2026-03-15T06:00:00Z', day: DAY, expect, series: [UP, ...all] };
}

/** A million tokens between the evening before and ten o'clock. */
export const million = at([-1, 0], [10, 1_000_000]);
