import { digitalOceanSamples } from '../collectors/digital-ocean/samples.ts';
import type { LlmData } from '../collectors/llm/data.ts';
import { llmSamples } from '../collectors/llm/samples.ts';
import { stripeSamples } from '../collectors/stripe/samples.ts';
import { weaviateSamples } from '../collectors/weaviate/samples.ts';
import type { WeaviatePrices } from '../collectors/weaviate/estimate.ts';
import type { Sample } from '../collectors/contract.ts';
import type { CollectorName } from '../contract/providers.ts';
import type { PriceBook } from '../llm/pricing/price-book.ts';
import { addDays } from '../money/days.ts';
import { formatMicros } from '../money/micros.ts';
import {
  demoDigitalOcean,
  demoSupabase,
  demoTwilio,
  demoWeaviate,
  stamps,
  weaviateCollections,
  type DemoProvider,
} from './infrastructure.ts';
import { demoInvoices, type AdjustmentRow } from './invoices.ts';
import { demoCustomers, type DemoCustomer } from './customers.ts';
import { mrrOn } from './mrr.ts';
import { demoSubscribers, demoUsers, type DemoUser } from './people.ts';
import type { DemoPeriod } from './period.ts';
import { createRandom } from './random.ts';
import { demoRevenue, type CashMove, type RevenueLine } from './revenue.ts';
import { demoRuns } from './runs.ts';
import { demoUsage } from './usage.ts';

type Row = Readonly<Record<string, unknown>>;

/** Everything that the demonstration stores, before it is stored. */
export interface DemoFigures {
  readonly customers: readonly DemoCustomer[];
  readonly users: readonly DemoUser[];
  readonly providers: readonly DemoProvider[];
  readonly invoices: readonly AdjustmentRow[];
  readonly lines: readonly RevenueLine[];
  readonly cash: readonly CashMove[];
  readonly snapshots: {
    readonly stripe: readonly Row[];
    readonly revenue: readonly Row[];
    readonly customers: readonly Row[];
  };
  readonly usage: LlmData;
  readonly runs: { readonly runs: readonly Row[]; readonly logs: readonly Row[] };
  /** The gauges of the last complete day. */
  readonly samples: Readonly<Record<CollectorName, readonly Sample[]>>;
}

/** A small company over six months, and its revenue over eighteen. The same day and prices give the same figures, to the cent. Pure. */
export function demoFigures(period: DemoPeriod, prices: PriceBook, weaviatePrices: WeaviatePrices): DemoFigures {
  // A source of chance for each part, so that a change of one leaves the others as they were.
  const subscribers = demoSubscribers(period, createRandom(11));
  const customers = demoCustomers(subscribers, period, createRandom(19));
  const users = demoUsers(subscribers, period, createRandom(12));
  const providers = [
    demoDigitalOcean(period, createRandom(13)),
    demoSupabase(period, createRandom(14)),
    demoTwilio(period, createRandom(15)),
    demoWeaviate(period, weaviatePrices),
  ];
  const usage = demoUsage(users, period, prices, createRandom(16));
  return {
    customers,
    users,
    providers,
    usage,
    invoices: demoInvoices(period),
    ...demoRevenue(customers, period, createRandom(17)),
    snapshots: snapshotsOf(customers, period),
    runs: demoRuns(period, createRandom(18)),
    samples: samplesOf(period, customers, providers, usage),
  };
}

function snapshotsOf(customers: readonly DemoCustomer[], period: DemoPeriod): DemoFigures['snapshots'] {
  const days = period.revenueDays.map((day) => ({ day, mrr: mrrOn(customers, day) }));
  const amounts = ({ mrr }: (typeof days)[number]): Row => ({
    mrr_usd: formatMicros(mrr.total),
    mrr_at_risk_usd: formatMicros(mrr.atRisk),
    mrr_paused_usd: formatMicros(mrr.paused),
    mrr_trial_usd: formatMicros(mrr.trial),
  });
  return {
    stripe: days.map((one) => ({
      recorded_at: one.day,
      ...amounts(one),
      mrr_by_currency: { USD: formatMicros(one.mrr.total) },
      fx_rates: {},
      active_subscriptions: (one.mrr.statuses['active'] ?? 0) + (one.mrr.statuses['past_due'] ?? 0),
      subscriptions_by_status: one.mrr.statuses,
      paying_customers: one.mrr.byCustomer.size,
      ...stamps(period, one.day),
    })),
    revenue: days.map((one) => ({
      day: one.day,
      ...amounts(one),
      provisional: one.day >= period.today,
      demo: true,
      updated_at: stamps(period, one.day).as_of,
    })),
    customers: days.flatMap(({ day, mrr }) =>
      [...mrr.byCustomer].map(([customer, one]) => ({ day, customer, mrr_usd: formatMicros(one.mrr) })),
    ),
  };
}

function samplesOf(
  period: DemoPeriod,
  customers: readonly DemoCustomer[],
  providers: readonly DemoProvider[],
  usage: LlmData,
): DemoFigures['samples'] {
  const day = addDays(period.today, -1);
  const row = (provider: string): Row =>
    providers.find((one) => one.provider === provider)?.metrics.find((metrics) => metrics.recorded_at === day) ?? {};
  const [ocean, supabase, twilio, mrr] = [row('digital_ocean'), row('supabase'), row('twilio'), mrrOn(customers, day)];
  const messages = Object.entries(twilio.messages_by_channel ?? {}).map(([channel, count]) => ({
    name: 'messages_day',
    labels: { provider: 'twilio', channel },
    value: Number(count),
  }));
  const counted = ['users', 'active_users', 'database_size_bytes', 'storage_bytes', 'storage_objects'].map((name) => ({
    name,
    labels: { provider: 'supabase' },
    value: Number(supabase[name]),
  }));
  return {
    digital_ocean: digitalOceanSamples({
      resources: {
        apps: Number(ocean.apps),
        databases: Number(ocean.databases),
        registries: Number(ocean.registries),
        buckets: Number(ocean.buckets),
        registryStorageBytes: Number(ocean.registry_storage_bytes),
        garbageCollection: null,
      },
    }),
    stripe: stripeSamples({
      mrrUsd: mrr.total,
      atRiskUsd: mrr.atRisk,
      pausedUsd: mrr.paused,
      trialUsd: mrr.trial,
      byCurrency: { USD: formatMicros(mrr.total) },
      payingCustomers: mrr.byCustomer.size,
      byStatus: mrr.statuses,
    }),
    weaviate: weaviateSamples({ collections: weaviateCollections(period, day) }),
    supabase: counted,
    twilio: messages,
    llm: llmSamples(usage.days.find((one) => one.day === day)),
  };
}
