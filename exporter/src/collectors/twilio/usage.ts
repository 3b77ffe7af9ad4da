import type { CollectContext, Warning } from '../contract.ts';
import { CollectorError } from '../errors.ts';
import { dayOf } from '../../money/days.ts';
import { convert, rateOn, type FxRate } from '../../ledger/fx-rates.ts';
import type { TwilioClient } from './client.ts';
import { CHANNEL_NAMES, CHANNELS, type Channel, type DayPrice } from './data.ts';
import type { UsageRecord } from './schema.ts';

/** The whole account's cost: categories are a tree, so summing them would count twice and thrice. */
export const COST_CATEGORY = 'totalprice';

/** Prices by day, and how many records of days that were asked for could not be used. */
export interface Prices {
  readonly days: ReadonlyMap<string, DayPrice>;
  readonly unusable: number;
}

/**
 * Prices by day. Each must stand for one day that was asked for. A day that comes twice and a record without a usable price or
 * currency leaves its day unknown; where no record at all can be used, the answer cannot be trusted.
 *
 * @param kept the rate that a day was converted at before, by day and currency
 */
export function pricesByDay(
  records: readonly UsageRecord[],
  asked: ReadonlySet<string>,
  rates: readonly FxRate[],
  kept: ReadonlyMap<string, string> = new Map(),
): Prices {
  const days = new Map<string, DayPrice>();
  const byRecord = byDay(records, COST_CATEGORY);
  let unusable = byRecord.dateless;
  let usable = 0;
  for (const [day, { price, price_unit: currency }] of byRecord.days) {
    if (price === undefined || currency === undefined || byRecord.twice.has(day)) {
      unusable += 1;
      continue;
    }
    usable += 1;
    if (!asked.has(day)) continue;
    const rate = kept.get(`${day} ${currency}`) ?? rateOn(rates, currency, day) ?? null;
    days.set(day, { native: price, currency, rate, usd: rate === null ? null : convert(price, rate) });
  }
  if (unusable > 0 && usable === 0)
    throw new CollectorError(
      'bad_payload',
      'bad_response',
      `Twilio answered the daily ${COST_CATEGORY} without a usable day, price or currency`,
    );
  return { days, unusable };
}

/**
 * Messages by day of one channel; a day whose count cannot be used is null. A record without a day may be that of any
 * day that has none, so that these are null, too, and not 0.
 */
export function countsByDay(
  records: readonly UsageRecord[],
  channel: Channel,
  asked: ReadonlySet<string>,
): Map<string, number | null> {
  const { days, twice, dateless } = byDay(records, CHANNELS[channel]);
  const known = [...days]
    .filter(([day]) => asked.has(day))
    .map(([day, record]) => [day, twice.has(day) ? null : (record.count ?? null)] as const);
  return new Map([...(dateless === 0 ? [] : [...asked].map((day) => [day, null] as const)), ...known]);
}

/**
 * Records by day. One of another category or of several days says that the question was not understood; of a day that
 * comes twice nobody knows which record counts.
 */
function byDay(
  records: readonly UsageRecord[],
  category: string,
): { days: Map<string, UsageRecord>; dateless: number; twice: ReadonlySet<string> } {
  const days = new Map<string, UsageRecord>();
  const twice = new Set<string>();
  let dateless = 0;
  for (const record of records) {
    const { start_date: start, end_date: end } = record;
    if (start === undefined) {
      dateless += 1;
      continue;
    }
    const off =
      typeof record.category === 'string' && record.category !== category
        ? `a record of ${record.category.slice(0, 40)}`
        : end !== undefined && start !== end
          ? 'a record of several days'
          : undefined;
    if (off !== undefined)
      throw new CollectorError('bad_payload', 'bad_response', `Twilio answered the daily ${category} with ${off}`);
    if (days.has(start)) twice.add(start);
    days.set(start, record);
  }
  return { days, dateless, twice };
}

/** The counts of every channel that can be read; null for one that cannot, which costs nothing and is a warning. */
export async function readChannels(
  client: TwilioClient,
  context: CollectContext,
  range: { start: string; end: string },
): Promise<{ counts: Record<Channel, Map<string, number | null> | null>; warnings: Warning[] }> {
  const asked = new Set(context.days);
  const warnings: Warning[] = [];
  const counts: Record<Channel, Map<string, number | null> | null> = { sms: null, mms: null, whatsapp: null };
  for (const channel of CHANNEL_NAMES) {
    try {
      const records = await client.dailyUsage(context, CHANNELS[channel], range.start, range.end);
      counts[channel] = countsByDay(records, channel, asked);
      const unknown = [...counts[channel].values()].filter((count) => count === null).length;
      if (unknown > 0)
        warnings.push({
          code: 'counts_unusable',
          message: `Twilio sent records of ${CHANNELS[channel]} without a usable day or count: how many messages there were on these days is unknown.`,
          count: unknown,
        });
    } catch (error) {
      warnings.push(unread(error, `The count of ${CHANNELS[channel]}`, context.signal));
    }
  }
  return { counts, warnings };
}

/** Messages sent from one number, by day; undefined when they could not be counted. */
export async function countFromNumber(
  client: TwilioClient,
  context: CollectContext,
  number: string,
  asked: readonly string[],
): Promise<{ counts: Map<string, number> | undefined; warnings: Warning[] }> {
  try {
    const times = await client.sentTimes(context, number, asked[0] ?? context.day, asked.at(-1) ?? context.today);
    const days = Map.groupBy(times.map(dayOf), (day) => day);
    return { counts: new Map(asked.map((day) => [day, days.get(day)?.length ?? 0])), warnings: [] };
  } catch (error) {
    return {
      counts: undefined,
      warnings: [unread(error, 'The count of messages from TWILIO_FROM_NUMBER', context.signal)],
    };
  }
}

function unread(error: unknown, what: string, signal: AbortSignal): Warning {
  if (!(error instanceof CollectorError) || signal.aborted || error.status === 401) throw error;
  if (error.kind === 'bug') throw error;
  return {
    code: error.status === 403 ? 'missing_permission' : 'part_unavailable',
    message: `${what} could not be read: ${error.message}`,
  };
}
