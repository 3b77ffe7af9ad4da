import type { CollectContext, Collected, Collector, Warning } from '../contract.ts';
import { CollectorError } from '../errors.ts';
import { createDigitalOceanClient, type DigitalOceanClient, type DigitalOceanSettings } from './client.ts';
import { insightCosts, invoicedMonths, previousReading, readBalance, readingCosts } from './costs.ts';
import type { DayCost, DigitalOceanData, Reading } from './data.ts';
import { diagnoseDigitalOcean } from './diagnose.ts';
import { digitalOceanReadiness } from './readiness.ts';
import { readResources, registryGrowth, unread } from './resources.ts';
import { digitalOceanSamples } from './samples.ts';
import { bucketsOf, productLines } from './split.ts';
import { storeDigitalOcean } from './store.ts';
import type { InvoiceItem } from './schema.ts';

const BACKFILL_DAYS = 180;

/** Daily cost by product from billing insights (or month-to-date differences), final invoices, and what exists. */
export function createDigitalOceanCollector(settings: DigitalOceanSettings): Collector<DigitalOceanData> {
  return {
    name: 'digital_ocean',
    restatedDays: 7,
    backfillDays: BACKFILL_DAYS,
    configured: () => digitalOceanReadiness(settings),
    collect: (context) => collect(createDigitalOceanClient(settings), settings, context),
    store: storeDigitalOcean,
    samples: digitalOceanSamples,
    diagnose: (context) =>
      diagnoseDigitalOcean(digitalOceanReadiness(settings), createDigitalOceanClient(settings), settings, context),
  };
}

async function collect(
  client: DigitalOceanClient,
  settings: DigitalOceanSettings,
  context: CollectContext,
): Promise<Collected<DigitalOceanData>> {
  const warnings: Warning[] = [];
  const lines = await readLines(client, context, warnings);
  const insights = await readInsights(client, settings, context, lines, warnings);
  const reading = await readReading(client, context, insights === undefined, warnings);
  const known = insights && new Set(insights.map(({ day }) => day));
  const byReading = reading === null ? [] : readingCosts(reading, await previousReading(context, reading.day), known);
  const costs = [...(insights ?? []), ...byReading].sort((a, b) => (a.day < b.day ? -1 : 1));
  if (!costs.some(({ day }) => day === context.day)) {
    warnings.push({
      code: 'day_not_ready',
      message: `DigitalOcean has no figures for ${context.day} yet; they are read again with the next run.`,
    });
  }
  const { months, warnings: invoiceWarnings } = await invoicedMonths(client, context, BACKFILL_DAYS);
  const { resources, warnings: resourceWarnings } = await readResources(client, context, settings.DO_REGISTRY_GC_CHECK);
  const growth = await registryGrowth(context, resources.registryStorageBytes);
  return {
    data: {
      today: context.today,
      costs,
      invoices: months,
      reading,
      resources: { ...resources, buckets: bucketsOf(lines) ?? null },
    },
    warnings: [...warnings, ...invoiceWarnings, ...resourceWarnings, ...(growth === undefined ? [] : [growth])],
    ...(reading === null ? {} : { asOf: reading.at }),
  };
}

/** The running month's lines only help to name products, so the run can do without them. */
async function readLines(
  client: DigitalOceanClient,
  context: CollectContext,
  warnings: Warning[],
): Promise<InvoiceItem[]> {
  try {
    return await client.previewItems(context);
  } catch (error) {
    if (error instanceof CollectorError && error.status === 404) return [];
    warnings.push(unread(error, 'invoice preview', 'billing:read', context.signal));
    return [];
  }
}

/** Undefined when this account or key gets no insights: the month-to-date reading then takes their place. */
async function readInsights(
  client: DigitalOceanClient,
  settings: DigitalOceanSettings,
  context: CollectContext,
  lines: readonly InvoiceItem[],
  warnings: Warning[],
): Promise<DayCost[] | undefined> {
  try {
    const urn = settings.DO_ACCOUNT_URN ?? (await client.teamUrn(context));
    if (urn !== undefined) return await insightCosts(client, context, urn, productLines(lines));
    warnings.push({
      code: 'insights_unavailable',
      message:
        'The account of DO_API_TOKEN has no team, so there are no billing insights; the days come from month-to-date readings.',
    });
  } catch (error) {
    if (!(error instanceof CollectorError) || (error.status !== 403 && error.status !== 404)) throw error;
    warnings.push({
      code: 'insights_unavailable',
      message: `No billing insights, so the days come from month-to-date readings without a split by product (${error.message}). The token needs billing:read, and account:read unless DO_ACCOUNT_URN is set.`,
    });
  }
  return undefined;
}

/** Beside insights the balance is a check; without them it is the cost, and must be there. */
async function readReading(
  client: DigitalOceanClient,
  context: CollectContext,
  needed: boolean,
  warnings: Warning[],
): Promise<Reading | null> {
  try {
    return await readBalance(client, context);
  } catch (error) {
    if (needed && error instanceof CollectorError && error.status === 403) {
      throw new CollectorError(
        'auth',
        'missing_permission',
        'The key in DO_API_TOKEN may not read costs: it lacks the scope billing:read.',
        { status: 403, cause: error },
      );
    }
    if (needed) throw error;
    warnings.push(unread(error, 'balance', 'billing:read', context.signal));
    return null;
  }
}
