import type pg from 'pg';
import { DAY, LABELS, type GoodState } from '../../../exporter/test/faults/providers.ts';
import type { CollectorName } from '../../../exporter/src/contract/providers.ts';
import { flat, item, subscription } from '../../../exporter/test/providers/stripe-objects.ts';
import { userId } from '../../../exporter/test/providers/supabase.ts';

/** The one figure by which each provider is checked: what it shows now. */
export type Figures = Readonly<Record<CollectorName, string>>;

/**
 * Changes every provider, so that a run that stored differs from one that did not. Returns what each shows from now on.
 */
export function change(state: GoodState, run: number): Figures {
  const cents = 100 + (run % 900);
  const usd = (cents / 100).toFixed(2);
  state.digitalOcean.points = [{ day: DAY, amount: usd }];
  state.twilio.usage = [{ category: 'totalprice', day: DAY, price: usd }];
  state.stripe.subscriptions = [subscription([item(flat(cents * 10))])];
  state.weaviate.collections = { Article: { objects: cents, vectors: { default: 8 } } };
  state.supabase.users = Array.from({ length: 1 + (run % 40) }, (_, index) => ({
    id: userId(index + 1),
    email: `u${index + 1}@example.com`,
    last_sign_in_at: '2026-03-10T00:00:00Z',
  }));
  state.counters.splice(0, state.counters.length, {
    labels: LABELS,
    samples: [
      ['2026-01-01T00:00:00Z', 100],
      [`${DAY}T10:00:00Z`, 100 + cents],
    ],
  });
  return {
    digital_ocean: `${usd}0000`,
    twilio: `${usd}0000`,
    stripe: `${(cents / 10).toFixed(2)}0000`,
    weaviate: String(cents),
    supabase: String(1 + (run % 40)),
    llm: String(cents),
  };
}

const STORED = `
SELECT (SELECT sum(amount_usd) FROM component_costs
  WHERE provider = 'digital_ocean' AND day = $1)::text AS digital_ocean,
  (SELECT sum(amount_usd) FROM component_costs WHERE provider = 'twilio' AND day = $1)::text AS twilio,
  -- Today's: the MRR of a day that has ended is written once.
  (SELECT sum(mrr_usd) FROM stripe_metrics WHERE recorded_at = $1::date + 1)::text AS stripe,
  (SELECT sum(objects) FROM weaviate_metrics WHERE recorded_at = $1)::text AS weaviate,
  (SELECT sum(users) FROM supabase_metrics WHERE recorded_at = $1)::text AS supabase,
  (SELECT sum(prompt_tokens) FROM llm_metrics_history)::text AS llm,
  (SELECT sum(prompt_tokens) FROM llm_user_day)::text AS llm_user_day,
  (SELECT sum(prompt_tokens) FROM llm_model_day)::text AS llm_model_day,
  (SELECT sum(prompt_tokens) FROM llm_user_month)::text AS llm_user_month`;

/** What is stored, by collector, and every rollup of the usage. */
export async function stored(db: pg.Pool): Promise<Record<string, string | null>> {
  const { rows } = await db.query<Record<string, string | null>>(STORED, [DAY]);
  return rows[0] ?? {};
}

/** The same, as it must be when `figures` were stored last. */
export function expectedOf(figures: Figures): Record<string, string> {
  return { ...figures, llm_user_day: figures.llm, llm_model_day: figures.llm, llm_user_month: figures.llm };
}
