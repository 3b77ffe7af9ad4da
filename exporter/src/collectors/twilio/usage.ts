import type { CollectContext, Warning } from '../contract.ts';
import { CollectorError } from '../errors.ts';
import { checked } from '../http.ts';
import { dayOf } from '../../money/days.ts';
import { convert, rateOn, type FxRate } from '../../ledger/fx-rates.ts';
import type { TwilioClient } from './client.ts';
import { CHANNEL_NAMES, CHANNELS, type Channel, type DayPrice } from './data.ts';
import { messageCount, type UsageRecord } from './schema.ts';

/** The whole account's cost: categories are a tree, so summing them would count twice and thrice. */
export const COST_CATEGORY = 'totalprice';

/** Prices by day. Each must stand for one day that was asked for, and come once. */
export function pricesByDay(
  records: readonly UsageRecord[],
  asked: ReadonlySet<string>,
  rates: readonly FxRate[],
): Map<string, DayPrice> {
  return new Map(
    [...byDay(records, COST_CATEGORY, asked)].map(([day, record]) => {
      const rate = rateOn(rates, record.price_unit, day) ?? null;
      return [
        day,
        {
          native: record.price,
          currency: record.price_unit,
          rate,
          usd: rate === null ? null : convert(record.price, rate),
        },
      ];
    }),
  );
}

/** Messages by day of one channel. */
export function countsByDay(
  records: readonly UsageRecord[],
  channel: Channel,
  asked: ReadonlySet<string>,
): Map<string, number> {
  const category = CHANNELS[channel];
  return new Map(
    [...byDay(records, category, asked)].map(([day, record]) => [
      day,
      checked('Twilio', `the count of ${category}`, record.count, messageCount),
    ]),
  );
}

function byDay(
  records: readonly UsageRecord[],
  category: string,
  asked: ReadonlySet<string>,
): Map<string, UsageRecord> {
  const days = new Map<string, UsageRecord>();
  for (const record of records) {
    const off =
      record.category !== category
        ? `a record of ${record.category.slice(0, 40)}`
        : record.start_date !== record.end_date
          ? 'a record of several days'
          : days.has(record.start_date)
            ? 'a day twice'
            : undefined;
    if (off !== undefined)
      throw new CollectorError('bad_payload', 'bad_response', `Twilio answered the daily ${category} with ${off}`);
    days.set(record.start_date, record);
  }
  return new Map([...days].filter(([day]) => asked.has(day)));
}

/** The counts of every channel that can be read; null for one that cannot, which costs nothing and is a warning. */
export async function readChannels(
  client: TwilioClient,
  context: CollectContext,
  range: { start: string; end: string },
): Promise<{ counts: Record<Channel, Map<string, number> | null>; warnings: Warning[] }> {
  const asked = new Set(context.days);
  const warnings: Warning[] = [];
  const counts: Record<Channel, Map<string, number> | null> = { sms: null, mms: null, whatsapp: null };
  for (const channel of CHANNEL_NAMES) {
    try {
      counts[channel] = countsByDay(
        await client.dailyUsage(context, CHANNELS[channel], range.start, range.end),
        channel,
        asked,
      );
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
  range: { start: string; end: string },
): Promise<{ counts: Map<string, number> | undefined; warnings: Warning[] }> {
  try {
    const times = await client.sentTimes(context, number, range.start, range.end);
    const days = Map.groupBy(times.map(dayOf), (day) => day);
    return { counts: new Map(context.days.map((day) => [day, days.get(day)?.length ?? 0])), warnings: [] };
  } catch (error) {
    return {
      counts: undefined,
      warnings: [unread(error, 'The count of messages from TWILIO_FROM_NUMBER', context.signal)],
    };
  }
}

function unread(error: unknown, what: string, signal: AbortSignal): Warning {
  if (!(error instanceof CollectorError) || signal.aborted || error.status === 401 || error.kind === 'bug') throw error;
  return {
    code: error.status === 403 ? 'missing_permission' : 'part_unavailable',
    message: `${what} could not be read: ${error.message}`,
  };
}
