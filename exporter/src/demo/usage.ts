import type { LlmData, LlmRow } from '../collectors/llm/data.ts';
import type { PriceBook } from '../llm/pricing/price-book.ts';
import { addDays } from '../money/days.ts';
import { costOfTokens } from '../money/llm-price.ts';
import type { DemoUser } from './people.ts';
import { progress, share, type DemoPeriod } from './period.ts';
import type { Random } from './random.ts';

interface DemoModel {
  readonly provider: string;
  readonly model: string;
  /** Prompt tokens of a common request, and how often one fails. */
  readonly prompt: number;
  readonly completion: number;
  readonly cached: number;
  readonly errorRate: number;
  /** Requests of a common day by a user of weight 1. */
  readonly requests: number;
  /** From when it is used, as progress of the period. */
  readonly from: number;
}

/** Real names with real prices, and one of one's own that no price list knows. */
const MODELS = [
  {
    provider: 'openai',
    model: 'gpt-4o',
    prompt: 3_400,
    completion: 620,
    cached: 0.35,
    errorRate: 0.008,
    requests: 95,
    from: 0,
  },
  {
    provider: 'openai',
    model: 'gpt-4o-mini',
    prompt: 2_100,
    completion: 540,
    cached: 0.2,
    errorRate: 0.006,
    requests: 420,
    from: 0,
  },
  {
    provider: 'anthropic',
    model: 'claude-sonnet-4-5',
    prompt: 5_200,
    completion: 900,
    cached: 0.55,
    errorRate: 0.019,
    requests: 62,
    from: 0,
  },
  {
    provider: 'anthropic',
    model: 'claude-haiku-4-5',
    prompt: 2_600,
    completion: 480,
    cached: 0.3,
    errorRate: 0.014,
    requests: 160,
    from: 0.3,
  },
  {
    provider: 'google',
    model: 'gemini-2.5-flash',
    prompt: 4_800,
    completion: 700,
    cached: 0.1,
    errorRate: 0.031,
    requests: 150,
    from: 0.15,
  },
  {
    provider: 'acme-inference',
    model: 'acme-chat-70b',
    prompt: 1_900,
    completion: 510,
    cached: 0,
    errorRate: 0.042,
    requests: 80,
    from: 0.55,
  },
] as const satisfies readonly DemoModel[];

const FIELDS = new Set(['input', 'output', 'cacheRead', 'cacheWrite', 'requests', 'errors'] as const);

/**
 * A discount that the company negotiated, as a row of `llm_price_overrides`: a mark on the boards, within their 30
 * days.
 */
export function demoContract(period: DemoPeriod): Readonly<Record<string, string>> {
  return {
    provider: 'openai',
    model: 'gpt-4o',
    valid_from: addDays(period.today, -18),
    input_usd_per_million: '2.20',
    output_usd_per_million: '8.80',
    cache_read_usd_per_million: '1.10',
    created_at: `${addDays(period.today, -20)}T09:12:00Z`,
    created_by: 'admin@example.com',
    notes: 'Volume discount',
  };
}

/** Usage of every user and day, priced by the prices of that day, in the shape that the LLM collector stores. */
export function demoUsage(users: readonly DemoUser[], period: DemoPeriod, prices: PriceBook, random: Random): LlmData {
  const tastes = new Map(
    users.map(({ id }) => [id, MODELS.filter((_, index) => random.chance(index === MODELS.length - 1 ? 0.12 : 0.55))]),
  );
  const days = period.days.map((day) => ({
    day,
    provisional: day >= period.today,
    fields: FIELDS,
    idle: [],
    rows: users.flatMap((user) => rowsOf(user, tastes.get(user.id) ?? [], day, period, prices, random)),
  }));
  return { days };
}

function rowsOf(
  user: DemoUser,
  models: readonly DemoModel[],
  day: string,
  period: DemoPeriod,
  prices: PriceBook,
  random: Random,
): LlmRow[] {
  const weekend = [0, 6].includes(new Date(`${day}T00:00:00Z`).getUTCDay());
  if (day < user.since || !random.chance(weekend ? 0.35 : 0.75)) return [];
  const growth = (0.8 + 0.45 * progress(period, day)) * share(period, day) * (weekend ? 0.45 : 1);
  return models.flatMap((model) => {
    const requests = Math.round(model.requests * user.weight * growth * random.around(0.5));
    if (progress(period, day) < model.from || requests < 1 || !random.chance(0.7)) return [];
    return [rowOf(user, model, day, requests, prices, random)];
  });
}

function rowOf(
  user: DemoUser,
  model: DemoModel,
  day: string,
  requests: number,
  prices: PriceBook,
  random: Random,
): LlmRow {
  const prompt = Math.round(requests * model.prompt * random.around(0.25));
  const tokens = {
    prompt,
    completion: Math.round(requests * model.completion * random.around(0.25)),
    cacheRead: Math.round(prompt * model.cached * random.around(0.2)),
    cacheWrite: model.provider === 'anthropic' ? Math.round(prompt * 0.06) : 0,
  };
  const errors = Array.from({ length: requests }, () => random.chance(model.errorRate)).filter(Boolean).length;
  return {
    user: user.id,
    provider: model.provider,
    model: model.model,
    ...tokens,
    requests,
    errors,
    reported: undefined,
    computed: costOfTokens(tokens, prices(model.provider, model.model, day)),
    partial: false,
  };
}
