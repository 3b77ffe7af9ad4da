import type { WeaviateData } from '../collectors/weaviate/data.ts';
import { estimateWeaviate, type WeaviatePrices } from '../collectors/weaviate/estimate.ts';
import { COMPONENTS, type Component } from '../collectors/digital-ocean/split.ts';
import type { CostSource } from '../contract/providers.ts';
import { spreadCentsOverDays } from '../money/allocation.ts';
import { daysOf, monthStart, nextMonthStart } from '../money/days.ts';
import { centsToMicros, formatMicros, microsToCents, sumMicros, type Micros } from '../money/micros.ts';
import type { LedgerRow } from '../ledger/replace-rows.ts';
import { closedMonth, progress, share, type DemoPeriod } from './period.ts';
import type { Random } from './random.ts';

/** One provider's rows: the typed table's, and the ledger's by source. */
export interface DemoProvider {
  readonly provider: string;
  readonly table: string;
  readonly metrics: readonly Readonly<Record<string, unknown>>[];
  readonly ledger: readonly { readonly source: CostSource; readonly rows: readonly LedgerRow[] }[];
}

const GIB = 1024 ** 3;

/** Cents a day by product at the beginning, and how much they grow by the end. */
const DIGITAL_OCEAN: Readonly<Record<Component, readonly [number, number]>> = {
  app_platform: [288, 0.3],
  databases: [160, 0.2],
  registry: [14, 1.4],
  spaces: [17, 0.1],
  other: [34, 0.15],
};

export function demoDigitalOcean(period: DemoPeriod, random: Random): DemoProvider {
  const usage: LedgerRow[] = [];
  const totals = new Map<string, Micros>();
  let monthToDate = 0n;
  const metrics = period.days.map((day) => {
    const parts = COMPONENTS.map((component) => {
      const [cents, growth] = DIGITAL_OCEAN[component];
      return [
        component,
        centsToMicros(
          BigInt(Math.round(cents * (1 + growth * progress(period, day)) * random.around(0.06) * share(period, day))),
        ),
      ] as const;
    });
    const total = sumMicros(parts.map(([, amount]) => amount));
    totals.set(day, total);
    monthToDate = (day === monthStart(day) ? 0n : monthToDate) + total;
    for (const [component, amount] of parts)
      usage.push({ day, component, amountUsd: formatMicros(amount), provisional: day >= period.today });
    return {
      recorded_at: day,
      apps: progress(period, day) < 0.4 ? 4 : 5,
      databases: 2,
      registries: 1,
      buckets: 2,
      registry_storage_bytes: Math.round(6 * GIB * (1 + 1.6 * progress(period, day))),
      ...Object.fromEntries(parts.map(([component, amount]) => [`${component}_usd`, formatMicros(amount)])),
      cost_usd: formatMicros(total),
      cost_source: 'api_usage',
      month_to_date_usd: formatMicros(monthToDate),
      ...stamps(period, day),
      month_to_date_at: stamps(period, day).as_of,
    };
  });
  return {
    provider: 'digital_ocean',
    table: 'do_metrics',
    metrics,
    ledger: [
      { source: 'api_usage', rows: usage },
      { source: 'api_invoice', rows: finalInvoices(period, totals) },
    ],
  };
}

/** Issued invoices differ a little from the days' usage, and once by so much that it is worth a look. */
function finalInvoices(period: DemoPeriod, totals: ReadonlyMap<string, Micros>): LedgerRow[] {
  return period.closedMonths.flatMap((month, index) => {
    const used = sumMicros(daysOf(month, nextMonthStart(month)).map((day) => totals.get(day) ?? 0n));
    const permille = month === closedMonth(period, 3) ? 1068n : 1004n + BigInt(index);
    return spread(month, microsToCents((used * permille) / 1000n));
  });
}

export function demoTwilio(period: DemoPeriod, random: Random): DemoProvider {
  const rows: LedgerRow[] = [];
  const metrics = period.days.map((day) => {
    const part = (1 + 0.5 * progress(period, day)) * share(period, day);
    const sms = Math.round(118 * part * random.around(0.4));
    const mms = Math.round(7 * part * random.around(0.9));
    const whatsapp = Math.round(41 * part * random.around(0.5));
    const cost = BigInt(sms * 7_900 + mms * 20_000 + whatsapp * 5_000);
    rows.push({ day, component: 'all', amountUsd: formatMicros(cost), provisional: day >= period.today });
    return {
      recorded_at: day,
      messages: sms + mms + whatsapp,
      messages_by_channel: { sms, mms, whatsapp },
      messages_from_number: sms,
      cost_usd: formatMicros(cost),
      cost_native: formatMicros(cost),
      cost_currency: 'USD',
      cost_source: 'api_usage',
      ...stamps(period, day),
    };
  });
  return { provider: 'twilio', table: 'twilio_metrics', metrics, ledger: [{ source: 'api_usage', rows }] };
}

const COLLECTIONS = [
  { name: 'Documents', objects: 182_000, dimensions: 1536n },
  { name: 'Conversations', objects: 61_000, dimensions: 768n },
  { name: 'Products', objects: 4_800, dimensions: 768n },
] as const;

export function weaviateCollections(period: DemoPeriod, day: string): WeaviateData['collections'] {
  return COLLECTIONS.map(({ name, objects, dimensions }) => {
    const count = BigInt(Math.round(objects * (1 + 0.7 * progress(period, day))));
    return {
      name,
      objects: count,
      vectors: count,
      dimensions: count * dimensions,
      storageBytes: count * (dimensions * 4n + 900n),
      sampled: true,
      uncountedTenants: 0,
    };
  });
}

export function demoWeaviate(period: DemoPeriod, prices: WeaviatePrices): DemoProvider {
  const rows: LedgerRow[] = [];
  const metrics = period.days.map((day) => {
    const collections = weaviateCollections(period, day);
    const sum = (values: readonly bigint[]): string => String(values.reduce((a, b) => a + b, 0n));
    const dimensions = sum(collections.map((one) => one.dimensions));
    const storage = sum(collections.map((one) => one.storageBytes));
    const estimate = estimateWeaviate(prices, { dimensions: BigInt(dimensions), storageBytes: BigInt(storage) });
    const cost = dayOfMonth(day, estimate.monthlyCents);
    rows.push({ day, component: 'all', amountUsd: cost, provisional: day >= period.today });
    return {
      recorded_at: day,
      objects: sum(collections.map((one) => one.objects)),
      collections: collections.length,
      vectors: sum(collections.map((one) => one.vectors)),
      dimensions,
      vectors_sampled: true,
      storage_bytes: storage,
      uncounted_tenants: 0,
      by_collection: collections.map((one) => ({
        name: one.name,
        objects: String(one.objects),
        vectors: String(one.vectors),
        dimensions: String(one.dimensions),
        storageBytes: String(one.storageBytes),
      })),
      cost_usd: cost,
      cost_source: 'estimate',
      cost_parts: estimate.parts,
      ...stamps(period, day),
    };
  });
  return { provider: 'weaviate', table: 'weaviate_metrics', metrics, ledger: [{ source: 'estimate', rows }] };
}

const SUPABASE_CENTS = 2_500n;

export function demoSupabase(period: DemoPeriod, random: Random): DemoProvider {
  const rows = period.days.map((day): LedgerRow => ({
    day,
    component: 'all',
    amountUsd: dayOfMonth(day, SUPABASE_CENTS),
    provisional: day >= period.today,
  }));
  const metrics = period.days.map((day) => {
    const grown = progress(period, day);
    return {
      recorded_at: day,
      users: Math.round(1_240 + 990 * grown),
      active_users: Math.round((610 + 520 * grown) * random.around(0.03)),
      active_users_method: 'sessions',
      database_size_bytes: Math.round(2.1 * GIB * (1 + 0.9 * grown)),
      storage_bytes: Math.round(0.62 * GIB * (1 + 1.1 * grown)),
      storage_objects: Math.round(8_400 * (1 + 0.8 * grown)),
      plan: 'pro',
      cost_usd: dayOfMonth(day, SUPABASE_CENTS),
      cost_source: 'estimate',
      cost_parts: [{ component: 'plan', monthlyUsd: '25.00', basis: 'Pro plan, list price' }],
      ...stamps(period, day),
    };
  });
  // The estimate at list price, and the same as the administrator has set it: a fixed price counts before an estimate.
  return {
    provider: 'supabase',
    table: 'supabase_metrics',
    metrics,
    ledger: [
      { source: 'estimate', rows },
      { source: 'fixed', rows },
    ],
  };
}

/** A month's cents by day. */
export function spread(month: string, cents: bigint): LedgerRow[] {
  return [...spreadCentsOverDays(cents, month, nextMonthStart(month))].map(([day, amount]) => ({
    day,
    component: 'all',
    amountUsd: formatMicros(amount),
  }));
}

function dayOfMonth(day: string, monthlyCents: bigint): string {
  return formatMicros(spreadCentsOverDays(monthlyCents, monthStart(day), nextMonthStart(day)).get(day) ?? 0n);
}

/** The columns that every typed table has. */
export function stamps(
  period: DemoPeriod,
  day: string,
): { as_of: string; provisional: boolean; demo: true; collected_at: string } {
  const read = new Date(
    Math.min(Date.parse(`${day}T00:00:00Z`) + 24.5 * 3_600_000, period.now.getTime()),
  ).toISOString();
  return { as_of: read, provisional: day >= period.today, demo: true, collected_at: read };
}
