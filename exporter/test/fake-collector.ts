import type { CollectContext, Collected, Collector, Day, Sample } from '../src/collectors/contract.ts';
import type { CollectorName } from '../src/contract/providers.ts';
import { COLLECTOR_NAMES } from '../src/contract/providers.ts';
import type { Queryable } from '../src/database/queryable.ts';

export interface FakeData {
  readonly days: readonly Day[];
  readonly today: Day;
  readonly cost: string;
}

type FakeOptions = Partial<Omit<Collector<FakeData>, 'name'>>;

const TABLES: Readonly<Record<CollectorName, string>> = {
  digital_ocean: 'do_metrics',
  stripe: 'stripe_metrics',
  weaviate: 'weaviate_metrics',
  supabase: 'supabase_metrics',
  twilio: 'twilio_metrics',
  llm: '',
};

/** A collector that answers at once and stores a row a day in the provider's real table; any part can be replaced. */
export function createFakeCollector(name: CollectorName, parts: FakeOptions = {}): Collector<FakeData> {
  return {
    name,
    restatedDays: 0,
    backfillDays: 0,
    configured: () => ({ outcome: 'ready' }),
    collect: async ({ days, today, upstream }): Promise<Collected<FakeData>> => {
      upstream.observe('200', 0.01);
      return { data: { days, today, cost: '1.00' }, warnings: [] };
    },
    store: (tx, _day, data) => storeDays(tx, name, data),
    samples: (): Sample[] => [{ name: 'users', labels: { provider: name }, value: 7 }],
    diagnose: async () => [],
    ...parts,
  };
}

export function fakeCollectors(parts: Partial<Record<CollectorName, FakeOptions>> = {}): Collector<FakeData>[] {
  return COLLECTOR_NAMES.map((name) => createFakeCollector(name, parts[name]));
}

export async function storeDays(
  tx: Queryable,
  name: CollectorName,
  { days, today, cost }: FakeData,
): Promise<{ rows: number }> {
  if (TABLES[name] === '') return { rows: 0 };
  const result = await tx.query(
    `INSERT INTO ${TABLES[name]} AS m (recorded_at, cost_usd, provisional) SELECT d, $2::numeric, d >= $3::date
     FROM unnest($1::date[]) AS u(d) ORDER BY d
     ON CONFLICT (recorded_at) DO UPDATE SET cost_usd = excluded.cost_usd, provisional = excluded.provisional
     WHERE (m.cost_usd, m.provisional) IS DISTINCT FROM (excluded.cost_usd, excluded.provisional)`,
    [days, cost, today],
  );
  return { rows: result.rowCount ?? 0 };
}

/** Resolves when the context's signal is aborted; for collectors that hang until they are given up. */
export function untilAborted({ signal }: Pick<CollectContext, 'signal'>): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  const giveUp = (): void => reject(signal.reason);
  if (signal.aborted) giveUp();
  else signal.addEventListener('abort', giveUp, { once: true });
  return promise;
}
