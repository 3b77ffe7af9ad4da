import { COUNTER_DIGITS, usageByDay } from '../../money/counter-usage.ts';
import { dayOf } from '../../money/days.ts';
import { costOfTokens, promptTokens } from '../../money/llm-price.ts';
import { divideRounded } from '../../money/micros.ts';
import type { PriceBook } from '../../llm/pricing/price-book.ts';
import { CollectorError } from '../errors.ts';
import type { CounterSeries } from './counters.ts';
import type { LlmDay, LlmRow } from './data.ts';
import { createRows, type Names, type RowsBuilder } from './rows.ts';
import { usageKeyOf, type LlmField, type LlmMapping, type UsageKey } from './mapping.ts';

interface Tally extends UsageKey {
  readonly amounts: Partial<Record<LlmField, bigint>>;
  partial: boolean;
}

interface DayTally {
  readonly fields: Set<LlmField>;
  readonly tallies: Map<string, Tally>;
  readonly rows: RowsBuilder;
  /** By name: every model that has a series, and whether it was used. */
  readonly models: Map<string, { readonly provider: string; readonly model: string; used: boolean }>;
}

/** Sums series into rows by day, user, provider and model: over instances, replicas and any other label. */
export interface UsageTable {
  add(fields: readonly LlmField[], series: readonly CounterSeries[]): void;
  /** Turns the sums of complete users into rows, which take far less memory than sums. */
  finish(isComplete: (user: string) => boolean): void;
  /** The whole; the table is used up. */
  days(): LlmDay[];
}

export interface UsageTableOptions {
  readonly days: readonly string[];
  /** The running day: it and later ones are provisional. */
  readonly today: string;
  readonly mapping: LlmMapping;
  readonly prices: PriceBook;
  readonly names: Names;
}

export function createUsageTable({ days, today, mapping, prices, names }: UsageTableOptions): UsageTable {
  const table = new Map<string, DayTally>(
    days.map((day) => [day, { fields: new Set(), tallies: new Map(), rows: createRows(names), models: new Map() }]),
  );

  function finish(isComplete: (user: string) => boolean): void {
    for (const [day, { tallies, rows, models }] of table) {
      for (const [key, tally] of tallies) {
        if (!isComplete(tally.user)) continue;
        tallies.delete(key);
        const row = rowOf(tally, day, mapping, prices);
        const name = `${row.provider}\n${row.model}`;
        const model = models.get(name) ?? { provider: row.provider, model: row.model, used: false };
        models.set(name, model);
        if (!isUsed(row)) continue;
        model.used = true;
        rows.append(row);
      }
    }
  }

  return {
    add(fields, all) {
      for (const series of all) {
        const key = usageKeyOf(series.labels, mapping);
        // No name has a line break.
        const name = `${key.user}\n${key.provider}\n${key.model}`;
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
    finish,
    days() {
      finish(() => true);
      return [...table]
        .filter(([, { models }]) => models.size > 0)
        .map(([day, { fields, rows, models }]) => {
          const idle = [...models.values()]
            .filter(({ used }) => !used)
            .map(({ provider, model }) => ({ provider, model }));
          return { day, provisional: day >= today, fields, rows: rows.finish(), idle };
        });
    },
  };
}

const SCALE = 10n ** BigInt(COUNTER_DIGITS);
const MICROS_SCALE = 10n ** BigInt(COUNTER_DIGITS - 6);

function rowOf(
  { user, provider, model, amounts, partial }: Tally,
  day: string,
  mapping: LlmMapping,
  prices: PriceBook,
): LlmRow {
  const counts = {
    input: count(amounts.input),
    cacheRead: count(amounts.cacheRead),
    cacheWrite: count(amounts.cacheWrite),
  };
  const tokens = {
    prompt: promptTokens(counts, mapping.inputIncludes),
    completion: count(amounts.output),
    cacheRead: counts.cacheRead,
    cacheWrite: counts.cacheWrite,
  };
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
  if (!Number.isSafeInteger(whole))
    throw new CollectorError('bad_payload', 'bad_response', 'Prometheus holds a token count beyond 2^53');
  return whole;
}
