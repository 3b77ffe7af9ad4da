import type { CollectContext, Collected, Collector, Warning } from '../contract.ts';
import { loadFxRates } from '../../ledger/fx-rates.ts';
import { createTwilioClient, type TwilioClient, type TwilioSettings } from './client.ts';
import { CHANNEL_NAMES, type Channel, type DayPrice, type TwilioData, type TwilioDay } from './data.ts';
import { diagnoseTwilio } from './diagnose.ts';
import { twilioReadiness } from './readiness.ts';
import { twilioSamples } from './samples.ts';
import { storeTwilio } from './store.ts';
import { COST_CATEGORY, countFromNumber, pricesByDay, readChannels } from './usage.ts';

/** Daily cost and messages of an account and its subaccounts. */
export function createTwilioCollector(settings: TwilioSettings): Collector<TwilioData> {
  return {
    name: 'twilio',
    restatedDays: 3,
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
  const currencies = [...new Set(records.map((record) => record.price_unit))];
  const prices = pricesByDay(records, new Set(context.days), await loadFxRates(context.db, currencies));
  const { counts, warnings: channelWarnings } = await readChannels(client, context, range);
  const number = settings.TWILIO_FROM_NUMBER;
  const sent = number === undefined ? undefined : await countFromNumber(client, context, number, range);
  const days = context.days
    .map((day): TwilioDay => {
      const price = prices.get(day) ?? null;
      // A channel without a record on a day that Twilio did report was not used; on any other day nothing is known.
      const count = (channel: Channel): number | null =>
        counts[channel] === null ? null : (counts[channel].get(day) ?? (price === null ? null : 0));
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
    warnings: [...costWarnings(prices, context), ...channelWarnings, ...(sent?.warnings ?? [])],
    ...(asOf === undefined ? {} : { asOf }),
  };
}

function costWarnings(prices: ReadonlyMap<string, DayPrice>, context: CollectContext): Warning[] {
  const unconverted = [...prices.values()].filter(({ rate }) => rate === null);
  return [
    ...(prices.has(context.day)
      ? []
      : [
          {
            code: 'day_not_ready',
            message: `Twilio has not reported ${context.day} yet; it is read again with the next run.`,
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
