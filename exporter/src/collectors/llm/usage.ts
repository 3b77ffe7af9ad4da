import { COUNTER_DIGITS, usageByDay } from '../../money/counter-usage.ts';
import { dayOf } from '../../money/days.ts';
import { costOfTokens, promptTokens } from '../../money/llm-price.ts';
import { divideRounded } from '../../money/micros.ts';
import type { PriceBook } from '../../llm/price-book.ts';
import { CollectorError } from '../errors.ts';
import type { CounterSeries } from './counters.ts';
import type { LlmDay, LlmRow } from './data.ts';
import { usageKeyOf, type LlmField, type LlmMapping, type UsageKey } from './mapping.ts';

interface Tally extends UsageKey {
  readonly amounts: Partial<Record<LlmField, bigint>>;
  partial: boolean;
}

interface DayTally {
  readonly fields: Set<LlmField>;
  readonly tallies: Map<string, Tally>;
}

/** Sums series into rows by day, user, provider and model: over instances, replicas and any other label. */
export interface UsageTable {
  add(fields: readonly LlmField[], series: readonly CounterSeries[]): void;
  days(prices: PriceBook, today: string): LlmDay[];
}

export function createUsageTable(days: readonly string[], mapping: LlmMapping): UsageTable {
  const table = new Map<string, DayTally>(days.map((day) => [day, { fields: new Set(), tallies: new Map() }]));
  return {
    add(fields, all) {
      for (const series of all) {
        const key = usageKeyOf(series.labels, mapping);
        const name = JSON.stringify([key.user, key.provider, key.model]);
        const began = series.beganAt === undefined ? undefined : dayOf(new Date(series.beganAt));
        for (const [day, amount] of usageByDay(series.samples, series.first)) {
          const of = table.get(day);
          if (of === undefined) continue;
          const tally = of.tallies.get(name) ?? { ...key, amounts: {}, partial: false };
          of.tallies.set(name, tally);
          if (day === began) tally.partial = true;
          for (const field of fields) {
            of.fields.add(field);
            tally.amounts[field] = (tally.amounts[field] ?? 0n) + amount;
          }
        }
      }
    },
    days(prices, today) {
      return [...table].filter(([, { tallies }]) => tallies.size > 0).map(([day, { fields, tallies }]) => {
        const rows = [...tallies.values()].map((tally) => rowOf(tally, day, mapping, prices));
        const used = rows.filter(isUsed);
        const models = new Set(used.map(({ provider, model }) => JSON.stringify([provider, model])));
        const idle = new Map(rows.map(({ provider, model }) => [JSON.stringify([provider, model]), { provider, model }]));
        return { day, provisional: day >= today, fields, rows: used, idle: [...idle].filter(([name]) => !models.has(name)).map(([, model]) => model) };
      });
    },
  };
}

const SCALE = 10n ** BigInt(COUNTER_DIGITS);
const MICROS_SCALE = 10n ** BigInt(COUNTER_DIGITS - 6);

function rowOf({ user, provider, model, amounts, partial }: Tally, day: string, mapping: LlmMapping, prices: PriceBook): LlmRow {
  const counts = { input: count(amounts.input), cacheRead: count(amounts.cacheRead), cacheWrite: count(amounts.cacheWrite) };
  const tokens = { prompt: promptTokens(counts, mapping.inputIncludes), completion: count(amounts.output), cacheRead: counts.cacheRead, cacheWrite: counts.cacheWrite };
  const reported = amounts.cost === undefined ? undefined : divideRounded(amounts.cost, MICROS_SCALE);
  const isNoReport = mapping.zeroCostIsUnknown && amounts.cost === 0n && tokens.prompt + tokens.completion > 0;
  return {
    user,
    provider,
    model,
    ...tokens,
    requests: count(amounts.requests),
    errors: count(amounts.errors),
    reported: isNoReport ? undefined : reported,
    computed: costOfTokens(tokens, prices(provider, model, day)),
    partial,
  };
}

function isUsed(row: LlmRow): boolean {
  return row.prompt + row.completion + row.requests + row.errors > 0 || (row.reported ?? 0n) > 0n;
}

/** A whole number of tokens or requests; beyond 2^53 a float could not have counted it. */
function count(amount: bigint | undefined): number {
  const whole = Number(divideRounded(amount ?? 0n, SCALE));
  if (!Number.isSafeInteger(whole)) throw new CollectorError('bad_payload', 'bad_response', 'Prometheus holds a token count beyond 2^53');
  return whole;
}
