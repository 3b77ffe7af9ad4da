import type { CollectContext, Collected, Collector, Warning } from '../contract.ts';
import { fallenCounts } from '../fallen-counts.ts';
import { requireReady } from '../readiness.ts';
import { weaviateAddress, type WeaviateConnection } from './address.ts';
import { weaviateReadiness } from './readiness.ts';
import { openWeaviate } from './client.ts';
import type { WeaviateData } from './data.ts';
import { diagnoseWeaviate } from './diagnose.ts';
import { estimateWeaviate, isBilled, type Estimate, type WeaviatePrices } from './estimate.ts';
import type { CollectionUsage } from './measure.ts';
import { lastKnownUsage, monthlyUsage } from './month.ts';
import { readCollections } from './read-collections.ts';
import { weaviateSamples } from './samples.ts';
import { storeWeaviate } from './store.ts';

export type WeaviateSettings = WeaviateConnection & WeaviatePrices;

const DOUBT = 'look whether WEAVIATE_URL is still the right cluster, and whether the key may read every collection';

const FILTERED: Warning = {
  code: 'filtered_collections',
  message:
    'the roles of the key in WEAVIATE_API_KEY let it see some collections only, so counts, sizes and estimate are lower bounds: give its role read_collections and read_data on every collection (*)',
};

/** Objects, vectors, sizes and a cost estimate of one Weaviate cluster: a present state, so nothing is backfilled. */
export function createWeaviateCollector(settings: WeaviateSettings): Collector<WeaviateData> {
  return {
    name: 'weaviate',
    restatedDays: 0,
    backfillDays: 0,
    configured: () => weaviateReadiness(settings),
    collect: (context) => collectWeaviate(settings, context),
    store: storeWeaviate,
    samples: weaviateSamples,
    diagnose: (context) => diagnoseWeaviate(settings, context),
  };
}

async function collectWeaviate(settings: WeaviateSettings, context: CollectContext): Promise<Collected<WeaviateData>> {
  requireReady(weaviateReadiness(settings));
  const address = weaviateAddress(settings);
  const client = await openWeaviate(address, settings.WEAVIATE_API_KEY, context);
  try {
    const { collections, unreadable, asleepTenants, warnings: failures } = await readCollections(client, context);
    const total = (pick: (usage: CollectionUsage) => bigint) =>
      collections.reduce((sum, usage) => sum + pick(usage), 0n);
    const { fallen, warnings: doubts } = await fallenCounts(
      context,
      'weaviate',
      {
        objects: unreadable.length > 0 ? null : total((usage) => usage.objects),
        collections: client.collections.length + client.nameless,
      },
      DOUBT,
    );
    if (fallen.size > 0)
      return { data: { collections: [], unreadable, asleepTenants, asOf: context.now, days: [] }, warnings: doubts };
    const missing = await lastKnownUsage(context, unreadable);
    const days = context.day === context.today ? [context.day] : [context.day, context.today];
    const usage = await monthlyUsage(context, days, {
      dimensions: total(({ dimensions }) => dimensions) + missing.dimensions,
      storageBytes: total(({ storageBytes }) => storageBytes) + missing.storageBytes,
    });
    const estimateOf = (day: string): Estimate | null => {
      const billed = usage.get(day);
      return billed !== undefined && isBilled(settings.WEAVIATE_PLAN, address)
        ? estimateWeaviate(settings, billed)
        : null;
    };
    const data: WeaviateData = {
      collections,
      unreadable,
      asleepTenants,
      asOf: context.now,
      days: days.map((day) => ({ day, provisional: day === context.today, estimate: estimateOf(day) })),
    };
    const warnings = [
      ...(client.sight === 'some' ? [FILTERED] : []),
      ...failures,
      ...warningsOf(data, settings, client.grpcTrouble()),
    ];
    return { data, warnings, asOf: context.now };
  } finally {
    await client.close();
  }
}

function warningsOf(data: WeaviateData, settings: WeaviateSettings, trouble: string | undefined): Warning[] {
  const uncounted = data.collections.reduce((sum, usage) => sum + usage.uncountedTenants, 0);
  const warnings: Warning[] = [];
  if (trouble !== undefined)
    warnings.push({
      code: 'grpc_unreachable',
      message: `counted over HTTP, since gRPC does not get through (${trouble}); see WEAVIATE_GRPC_URL`,
    });
  if (uncounted > 0)
    warnings.push({
      code: 'uncounted_tenants',
      message: 'tenants are inactive or offloaded and were not counted, so objects and sizes are a lower bound',
      count: uncounted,
    });
  if (settings.WEAVIATE_PLAN === 'free') return warnings;
  const estimate = data.days.at(-1)?.estimate ?? null;
  if (estimate === null)
    warnings.push({
      code: 'no_estimate',
      message:
        'no cost is estimated for a server that is not Weaviate Cloud; set WEAVIATE_PLAN=flex if it is, WEAVIATE_PLAN=free for a free cluster, or WEAVIATE_MONTHLY_COST_USD',
    });
  else if (estimate.minimum)
    warnings.push({
      code: 'minimum_estimate',
      message: `the usage costs less than the plan's minimum, so the estimate is the minimum of ${settings.WEAVIATE_PRICE_MINIMUM_USD} USD a month ("from" price read ${settings.WEAVIATE_PRICES_READ_ON}, a lower bound); enter the invoices for the real figure, or set WEAVIATE_PLAN=free or self_hosted`,
    });
  else
    warnings.push({
      code: 'list_price_estimate',
      message: `the cost is an estimate by list prices read ${settings.WEAVIATE_PRICES_READ_ON}, which are "from" prices and so a lower bound; enter the invoices for the real figure`,
    });
  return warnings;
}
