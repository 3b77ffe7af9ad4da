import { WHOLE_PROVIDER } from '../../contract/providers.ts';
import { formatMicros } from '../../money/micros.ts';
import { convertUnconverted } from '../../ledger/convert-unconverted.ts';
import { replaceLedger, type LedgerRow } from '../../ledger/replace-rows.ts';
import type { Queryable } from '../../database/queryable.ts';
import type { Stored } from '../contract.ts';
import { CHANNEL_NAMES, type TwilioData } from './data.ts';

/** Stores every day that Twilio told something about. A replayed run changes nothing. */
export async function storeTwilio(tx: Queryable, { days, today, asOf }: TwilioData): Promise<Stored> {
  const priced = days.flatMap(({ day, price }): LedgerRow[] =>
    price === null
      ? []
      : [
          {
            day,
            component: WHOLE_PROVIDER,
            asOf,
            provisional: day >= today,
            amountUsd: price.usd === null ? null : formatMicros(price.usd),
            amountNative: formatMicros(price.native),
            currency: price.currency,
            fxRate: price.currency === 'USD' ? null : price.rate,
          },
        ],
  );
  const changed = await replaceLedger(
    tx,
    'twilio',
    'api_usage',
    priced.map(({ day }) => day),
    priced,
  );
  const payload = days.map(({ day, price, messages, fromNumber }) => {
    const known = CHANNEL_NAMES.flatMap((channel) =>
      messages[channel] === null ? [] : [[channel, messages[channel]] as const],
    );
    return {
      recorded_at: day,
      // One unknown channel makes the sum unknown.
      messages: known.length === CHANNEL_NAMES.length ? known.reduce((sum, [, count]) => sum + count, 0) : null,
      messages_by_channel: Object.fromEntries(known),
      messages_from_number: fromNumber,
      cost_usd: price?.usd == null ? null : formatMicros(price.usd),
      cost_native: price === null ? null : formatMicros(price.native),
      cost_currency: price?.currency ?? null,
      cost_source: price === null ? null : 'api_usage',
      as_of: asOf?.toISOString() ?? null,
      provisional: day >= today,
    };
  });
  const result = await tx.query(UPSERT, [JSON.stringify(payload)]);
  return { rows: changed + (result.rowCount ?? 0) + (await convertUnconverted(tx)) };
}

// What this run could not read does not take away what an earlier one knew of the day.
const KNOWN = (column: string) => `coalesce(excluded.${column}, m.${column})`;
const PRICED = (column: string) =>
  `CASE WHEN excluded.cost_source IS NULL THEN m.${column} ELSE excluded.${column} END`;
const MERGED = '(m.messages_by_channel || excluded.messages_by_channel)';
const MERGED_SUM = `(SELECT CASE WHEN count(*) = ${CHANNEL_NAMES.length} THEN sum(value::bigint)::bigint END
  FROM jsonb_each_text(${MERGED}))`;

const UPSERT = `
INSERT INTO twilio_metrics AS m (recorded_at, messages, messages_by_channel, messages_from_number, cost_usd,
  cost_native, cost_currency, cost_source, as_of, provisional)
SELECT recorded_at, messages, messages_by_channel, messages_from_number, cost_usd, cost_native, cost_currency,
  cost_source, as_of, provisional
FROM jsonb_to_recordset($1::jsonb) AS r(recorded_at date, messages bigint, messages_by_channel jsonb,
  messages_from_number bigint, cost_usd numeric, cost_native numeric, cost_currency text, cost_source text,
  as_of timestamptz, provisional boolean)
ORDER BY recorded_at
ON CONFLICT (recorded_at) DO UPDATE SET
  messages = ${MERGED_SUM}, messages_by_channel = ${MERGED},
  messages_from_number = ${KNOWN('messages_from_number')}, cost_usd = ${PRICED('cost_usd')},
  cost_native = ${PRICED('cost_native')}, cost_currency = ${PRICED('cost_currency')},
  cost_source = ${KNOWN('cost_source')}, as_of = excluded.as_of, provisional = excluded.provisional,
  collected_at = now()
WHERE (m.messages, m.messages_by_channel, m.messages_from_number, m.cost_usd, m.cost_native, m.cost_currency,
  m.cost_source, m.provisional)
  IS DISTINCT FROM (${MERGED_SUM}, ${MERGED}, ${KNOWN('messages_from_number')}, ${PRICED('cost_usd')},
    ${PRICED('cost_native')}, ${PRICED('cost_currency')}, ${KNOWN('cost_source')}, excluded.provisional)`;
