import type { CollectContext, Collected, Collector, Readiness, Sample, Warning } from '../contract.ts';
import { looksLikePlaceholder } from '../placeholder.ts';
import { loadFxRates } from '../../ledger/fx-rates.ts';
import { createTwilioReader, type TwilioReader, type TwilioSettings } from './client.ts';
import { diagnose } from './diagnose.ts';
import { store } from './store.ts';
import {
  CHANNEL_NAMES,
  COST_CATEGORY,
  countFromNumber,
  pricesByDay,
  readChannels,
  type Channel,
  type DayPrice,
} from './usage.ts';

export interface TwilioDay {
  readonly day: string;
  readonly price: DayPrice | null;
  /** Null: not known. 0: Twilio reported the day and nothing of this channel. */
  readonly messages: Readonly<Record<Channel, number | null>>;
  readonly fromNumber: number | null;
}

export interface TwilioData {
  readonly today: string;
  readonly days: readonly TwilioDay[];
  readonly asOf: Date | null;
}

/** Daily cost and messages of an account and its subaccounts. */
export function createTwilioCollector(settings: TwilioSettings): Collector<TwilioData> {
  return {
    name: 'twilio',
    restatedDays: 3,
    backfillDays: 180,
    configured: () => readiness(settings),
    collect: (context) => collect(createTwilioReader(settings), settings, context),
    store: (tx, _day, data) => store(tx, data),
    samples,
    diagnose: (context) => diagnose(readiness(settings), createTwilioReader(settings), settings, context),
  };
}

function readiness({ TWILIO_ACCOUNT_SID: sid, TWILIO_AUTH_TOKEN: token }: TwilioSettings): Readiness {
  const missing = [
    ...(sid === undefined ? ['TWILIO_ACCOUNT_SID'] : []),
    ...(token === undefined ? ['TWILIO_AUTH_TOKEN'] : []),
  ];
  if (sid === undefined || token === undefined)
    return {
      outcome: 'skipped',
      reason: 'not_configured',
      message: `${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} not set: both stand at console.twilio.com under Account Info.`,
    };
  const example = looksLikePlaceholder(sid)
    ? 'TWILIO_ACCOUNT_SID'
    : looksLikePlaceholder(token)
      ? 'TWILIO_AUTH_TOKEN'
      : undefined;
  if (example !== undefined)
    return {
      outcome: 'skipped',
      reason: 'placeholder_key',
      message: `${example} still holds the example: put the real value there.`,
    };
  if (!/^AC[0-9a-fA-F]{32}$/.test(sid))
    return malformed(
      sid.startsWith('SK')
        ? 'TWILIO_ACCOUNT_SID holds an API key (SK…): the account SID (AC…) belongs there.'
        : 'TWILIO_ACCOUNT_SID is no account SID: AC followed by 32 hexadecimal digits.',
    );
  if (!/^[\x21-\x7e]+$/.test(token))
    return malformed('TWILIO_AUTH_TOKEN has a blank, a line break or a special character inside: copy it again.');
  return { outcome: 'ready' };
}

function malformed(message: string): Readiness {
  return { outcome: 'failed', kind: 'auth', reason: 'malformed_key', message };
}

async function collect(
  reader: TwilioReader,
  settings: TwilioSettings,
  context: CollectContext,
): Promise<Collected<TwilioData>> {
  const range = { start: context.days[0] ?? context.day, end: context.days.at(-1) ?? context.today };
  const records = await reader.dailyUsage(context, COST_CATEGORY, range.start, range.end);
  const currencies = [...new Set(records.map((record) => record.price_unit))];
  const prices = pricesByDay(records, new Set(context.days), await loadFxRates(context.db, currencies));
  const { counts, warnings: channelWarnings } = await readChannels(reader, context, range);
  const number = settings.TWILIO_FROM_NUMBER;
  const sent = number === undefined ? undefined : await countFromNumber(reader, context, number, range);
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

function samples(data: TwilioData, day: string): Sample[] {
  const found = data.days.find((one) => one.day === day);
  return CHANNEL_NAMES.flatMap((channel) => {
    const value = found?.messages[channel] ?? null;
    return value === null ? [] : [{ name: 'messages_day', labels: { provider: 'twilio', channel }, value }];
  });
}
