import type { CollectContext, Collected, Collector, Warning } from '../contract.ts';
import { CollectorError } from '../errors.ts';
import { coveredDay } from '../../money/month-to-date.ts';
import {
  createDigitalOceanClient,
  INSIGHT_DAYS,
  type DigitalOceanClient,
  type DigitalOceanSettings,
} from './client.ts';
import type { DigitalOceanData, Reading } from './data.ts';
import { diagnoseDigitalOcean } from './diagnose.ts';
import { readInsights } from './insights.ts';
import { invoicedMonths } from './invoices.ts';
import { digitalOceanReadiness } from './readiness.ts';
import { readingCosts } from './readings.ts';
import { readResources, registryGrowth, unread } from './resources.ts';
import { digitalOceanSamples } from './samples.ts';
import { bucketsOf, productLines } from './split.ts';
import { storeDigitalOcean } from './store.ts';
import type { InvoiceItem } from './schema.ts';

const BACKFILL_DAYS = 180;
/** With yesterday and today, as many as one request for insights answers. */
const RESTATED_DAYS = INSIGHT_DAYS - 2;

/** Daily cost by product from billing insights (or month-to-date differences), final invoices, and what exists. */
export function createDigitalOceanCollector(settings: DigitalOceanSettings): Collector<DigitalOceanData> {
  return {
    name: 'digital_ocean',
    restatedDays: RESTATED_DAYS,
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
  // The balance and the invoices are those of the token's own team, the insights those of all teams of the group.
  const isTeamGroup = settings.DO_ACCOUNT_URN?.startsWith('do:teamgroup:') === true;
  const warnings: Warning[] = [];
  const lines = await readLines(client, context, warnings);
  const insights = await readInsights(client, settings, context, productLines(lines));
  warnings.push(...insights.warnings);
  const hasNone = insights.costs.length === 0;
  if (isTeamGroup && hasNone && insights.failure !== undefined) throw insights.failure;
  const found = isTeamGroup
    ? null
    : await readReading(client, context, hasNone && insights.warnings.length > 0, warnings);
  const known = new Set(insights.costs.map(({ day }) => day));
  const readings = isTeamGroup ? { costs: [], reading: null, warnings: [] } : await readingCosts(context, found, known);
  const costs = [...insights.costs, ...readings.costs].sort((a, b) => (a.day < b.day ? -1 : 1));
  if (!costs.some(({ day }) => day === context.day)) {
    warnings.push({
      code: 'day_not_ready',
      message: `DigitalOcean has no figures for ${context.day} yet; they are read again with the next run.`,
    });
  }
  const invoiced = isTeamGroup ? { months: [], warnings: [] } : await invoicedMonths(client, context, BACKFILL_DAYS);
  const { resources, warnings: resourceWarnings } = await readResources(client, context, settings.DO_REGISTRY_GC_CHECK);
  const growth = await registryGrowth(context, resources.registryStorageBytes);
  const read = new Set(costs.map(({ day }) => day));
  return {
    data: {
      today: context.today,
      isTeamGroup,
      costs,
      invoices: invoiced.months,
      reading: readings.reading,
      resources: { ...resources, buckets: bucketsOf(lines) ?? null },
    },
    warnings: [
      ...warnings,
      ...readings.warnings,
      ...invoiced.warnings,
      ...resourceWarnings,
      ...(growth === undefined ? [] : [growth]),
    ],
    unanswered: context.days.filter((day) => !read.has(day)),
    ...(found === null ? {} : { asOf: found.at }),
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

/** Beside insights the balance is a check; without them it is the cost, and must be there. */
async function readReading(
  client: DigitalOceanClient,
  context: CollectContext,
  needed: boolean,
  warnings: Warning[],
): Promise<Reading | null> {
  try {
    const balance = await client.balance(context);
    return { day: coveredDay(balance.generated_at), amount: balance.month_to_date_usage, at: balance.generated_at };
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
