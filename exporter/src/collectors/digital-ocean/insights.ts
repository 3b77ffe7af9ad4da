import type { CollectContext, Day, Warning } from '../contract.ts';
import type { CollectorError } from '../errors.ts';
import { classifyUnknown } from '../retry.ts';
import { daysBetween } from '../../money/days.ts';
import { sumMicros, type Micros } from '../../money/micros.ts';
import { negativeDays } from '../negative-days.ts';
import { INSIGHT_DAYS, type DigitalOceanClient, type DigitalOceanSettings } from './client.ts';
import type { DayCost } from './data.ts';
import { mustStop } from './resources.ts';
import { noParts, partsByDay, type ProductLines } from './split.ts';

/**
 * The costs of `days` by billing insights. A day without a data point is a real zero only when a later day of the same
 * answer has one; past the newest data point, and in an answer without any, nothing is known yet. A part of the days
 * that cannot be read is a warning.
 */
export async function readInsights(
  client: DigitalOceanClient,
  settings: Pick<DigitalOceanSettings, 'DO_ACCOUNT_URN'>,
  context: CollectContext,
  lines: ProductLines,
): Promise<{ costs: DayCost[]; warnings: Warning[]; failure?: CollectorError }> {
  let urn: string | undefined;
  try {
    urn = settings.DO_ACCOUNT_URN ?? (await client.teamUrn(context));
  } catch (error) {
    return { costs: [], ...unavailable(error, context.signal) };
  }
  if (urn === undefined)
    return {
      costs: [],
      warnings: [
        {
          code: 'insights_unavailable',
          message:
            'The account of DO_API_TOKEN has no team, so there are no billing insights; the days come from month-to-date readings.',
        },
      ],
    };
  const wanted = new Set(context.days);
  const costs: DayCost[] = [];
  const unusable: Day[] = [];
  // The newest days first: where all of them fail, the older ones are not asked for as well.
  for (const { start, end } of stretches(context.days).reverse()) {
    try {
      const points = await client.insights(context, urn, start, end);
      const newest = points.reduce((last, point) => (point.start_date > last ? point.start_date : last), '');
      const known = partsByDay(points, lines);
      for (const day of wanted) {
        if (day < start || day > newest) continue;
        const parts = known.has(day) ? known.get(day) : noParts();
        if (parts) costs.push({ day, parts });
        else unusable.push(day);
      }
    } catch (error) {
      const { failure, warnings } = unavailable(error, context.signal);
      return { costs, failure, warnings: [...warnings, ...aboutUnusable(unusable)] };
    }
  }
  return { costs, warnings: [...aboutUnusable(unusable), ...negativeDays('DigitalOcean', costs.map(totalOf))] };
}

/** Cuts days (oldest first) into stretches that one request for insights may span. */
export function stretches(days: readonly Day[]): { start: Day; end: Day }[] {
  const result: { start: Day; end: Day }[] = [];
  for (const day of days) {
    const last = result.at(-1);
    if (last !== undefined && daysBetween(last.start, day) < INSIGHT_DAYS) last.end = day;
    else result.push({ start: day, end: day });
  }
  return result;
}

function totalOf(cost: DayCost): { day: Day; amount: Micros } {
  return { day: cost.day, amount: 'total' in cost ? cost.total : sumMicros(Object.values(cost.parts)) };
}

function aboutUnusable(days: readonly Day[]): Warning[] {
  if (days.length === 0) return [];
  return [
    {
      code: 'insights_unusable',
      message: `DigitalOcean sent billing insights without a usable amount for ${days.join(', ')}: these days come from month-to-date readings where there are any, and are read again with the next run.`,
      count: days.length,
    },
  ];
}

function unavailable(thrown: unknown, signal: AbortSignal): { warnings: Warning[]; failure: CollectorError } {
  if (mustStop(thrown, signal)) throw thrown;
  const failure = classifyUnknown(thrown);
  return {
    failure,
    warnings: [
      {
        code: 'insights_unavailable',
        message: `No billing insights, so the days come from month-to-date readings without a split by product (${failure.message}). The token needs billing:read, and account:read unless DO_ACCOUNT_URN is set.`,
      },
    ],
  };
}
