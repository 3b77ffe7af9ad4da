import type { CollectContext, Collected, Collector, Warning } from '../contract.ts';
import { loadFxRates } from '../../ledger/fx-rates.ts';
import { addDays } from '../../money/days.ts';
import { negativeDays } from '../negative-days.ts';
import { createTwilioClient, type TwilioClient, type TwilioSettings } from './client.ts';
import { CHANNEL_NAMES, type Channel, type DayPrice, type TwilioData, type TwilioDay } from './data.ts';
import { diagnoseTwilio } from './diagnose.ts';
import { twilioReadiness } from './readiness.ts';
import { twilioSamples } from './samples.ts';
import { storeTwilio } from './store.ts';
import { COST_CATEGORY, countFromNumber, pricesByDay, readChannels } from './usage.ts';

/** Twilio restates usage for weeks, and one request answers any number of days. */
const RESTATED_DAYS = 35;
const RECOUNTED_DAYS = 3;

/** Daily cost and messages of an account and its subaccounts. */
export function createTwilioCollector(settings: TwilioSettings): Collector<TwilioData> {
  return {
    name: 'twilio',
    restatedDays: RESTATED_DAYS,
    backfillDays: 180,
    configured: () => twilioReadiness(settings),
    collect: (context) => collect(createTwilioClient(settings), settings, context),
    store: (tx, _day, data) => storeTwilio(tx, data),
    samples: twilioSamples,
    diagnose: (context) => diagnoseTwilio(twilioReadiness(settings), createTwilioClient(settings), settings, context),
  };
}

async function collect(
  client: TwilioClient,
  settings: TwilioSettings,
  context: CollectContext,
): Promise<Collected<TwilioData>> {
  const range = { start: context.days[0] ?? context.day, end: context.days.at(-1) ?? context.today };
  const records = await client.dailyUsage(context, COST_CATEGORY, range.start, range.end);
  const currencies = [...new Set(records.flatMap(({ price_unit: unit }) => unit ?? []))];
  const { days: prices, unusable } = pricesByDay(
    records,
    new Set(context.days),
    await loadFxRates(context.db, currencies),
    await storedRates(context),
  );
  const { counts, warnings: channelWarnings } = await readChannels(client, context, range);
  const number = settings.TWILIO_FROM_NUMBER;
  const sent =
    number === undefined ? undefined : await countFromNumber(client, context, number, await daysToCount(context));
  const days = context.days
    .map((day): TwilioDay => {
      const price = prices.get(day) ?? null;
      // A channel without a record on a day that Twilio did report was not used; on any other day nothing is known.
      const count = (channel: Channel): number | null => {
        const known = counts[channel];
        if (known === null) return null;
        return known.get(day) ?? (known.has(day) || price === null ? null : 0);
      };
      return {
        day,
        price,
        messages: { sms: count('sms'), mms: count('mms'), whatsapp: count('whatsapp') },
        fromNumber: sent?.counts?.get(day) ?? null,
      };
    })
    .filter(({ price, messages }) => price !== null || CHANNEL_NAMES.some((channel) => messages[channel] !== null));
  const asOf = records
    .map((record) => record.as_of)
    .filter((time) => time !== undefined)
    .sort((a, b) => b.getTime() - a.getTime())[0];
  return {
    data: { today: context.today, days, asOf: asOf ?? null },
    unanswered: context.days.filter((day) => !prices.has(day)),
    warnings: [...costWarnings(prices, unusable, context), ...channelWarnings, ...(sent?.warnings ?? [])],
    ...(asOf === undefined ? {} : { asOf }),
  };
}

/** Days whose messages are counted one by one: many requests, so that only the newest are counted again. */
async function daysToCount({ db, days, day }: Pick<CollectContext, 'db' | 'days' | 'day'>): Promise<string[]> {
  const { rows } = await db.query<{ day: string }>(
    `SELECT recorded_at::text AS day FROM twilio_metrics
     WHERE messages_from_number IS NOT NULL AND NOT provisional AND NOT demo AND recorded_at = ANY($1::date[])`,
    [days],
  );
  const counted = new Set(rows.map((row) => row.day));
  return days.filter((one) => one >= addDays(day, -RECOUNTED_DAYS) || !counted.has(one));
}

/** The rates that complete days were converted at, by day and currency: a later rate never restates them. */
async function storedRates({ db, days }: Pick<CollectContext, 'db' | 'days'>): Promise<Map<string, string>> {
  const { rows } = await db.query<{ day: string; currency: string; rate: string }>(
    `SELECT day::text AS day, currency, trim_scale(fx_rate)::text AS rate FROM component_costs
     WHERE provider = 'twilio' AND source = 'api_usage' AND fx_rate IS NOT NULL AND NOT provisional AND NOT demo
       AND day = ANY($1::date[])`,
    [days],
  );
  return new Map(rows.map(({ day, currency, rate }) => [`${day} ${currency}`, rate]));
}

function costWarnings(prices: ReadonlyMap<string, DayPrice>, unusable: number, context: CollectContext): Warning[] {
  const unconverted = [...prices.values()].filter(({ rate }) => rate === null);
  return [
    ...negativeDays(
      'Twilio',
      [...prices].map(([day, { native }]) => ({ day, amount: native })),
    ),
    ...(prices.has(context.day)
      ? []
      : [
          {
            code: 'day_not_ready',
            message: `Twilio has not reported ${context.day} yet; it is read again with the next run.`,
          },
        ]),
    ...(unusable === 0
      ? []
      : [
          {
            code: 'records_unusable',
            message: 'Twilio sent usage records without a usable day, price or currency: their days are unknown.',
            count: unusable,
          },
        ]),
    ...(unconverted.length === 0
      ? []
      : [
          {
            code: 'unconverted_currency',
            message: `Twilio bills in ${unconverted[0]?.currency ?? 'another currency'} and no rate to USD is stored: these days stay outside USD totals.`,
            count: unconverted.length,
          },
        ]),
  ];
}
