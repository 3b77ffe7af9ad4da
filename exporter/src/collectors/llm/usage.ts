import { usageByDay } from '../../money/counter-usage.ts';
import { dayOf } from '../../money/days.ts';
import { savingsOfCaches } from '../../money/llm-price.ts';
import type { PriceBook } from '../../llm/pricing/price-book.ts';
import type { CounterSeries } from './counters.ts';
import type { LlmDay, LlmRow } from './data.ts';
import type { LlmField, LlmMapping } from './mapping.ts';
import { createRows, type Names, type RowsBuilder } from './rows.ts';
import { rowOfSources } from './row.ts';
import { createVariations, type Variations } from './variations.ts';
import { joinSources } from './joins.ts';
import { lacksUserLabel, sourceOf, type Source } from './tallies.ts';

interface DayTally {
  readonly fields: Set<LlmField>;
  readonly sources: Map<string, Source>;
  readonly rows: RowsBuilder;
  /** By name: every model that has a series, and whether it was used. */
  readonly models: Map<string, UsedModel>;
  /** Tokens by row that were used in hours in which their source reported no cost. */
  readonly uncovered: Map<string, bigint>;
}

interface UsedModel {
  readonly provider: string;
  readonly model: string;
  used: boolean;
  /** Tokens that came from a cache. */
  cacheRead: number;
  gatewayPrompt: number;
  gatewayCompletion: number;
}

/** Sums series into rows by day, user, provider and model: over instances, replicas and any other label. */
export interface UsageTable {
  /** `lacksUser`: none of the counter's series has the label for users, not even outside these. */
  add(fields: readonly LlmField[], series: readonly CounterSeries[], lacksUser?: boolean): void;
  /** Tokens of `series` on `day` that the source reported no cost for; `isCached`: those of them that cost nothing. */
  addUnreported(day: string, series: readonly CounterSeries[], isCached: boolean): void;
  /** Turns the sums of complete users into rows, which take far less memory than sums. */
  finish(isComplete: (user: string) => boolean): void;
  /** The whole; the table is used up. */
  days(): LlmDay[];
  /** Models whose reported cost fits to several users or providers. */
  readonly unjoined: ReadonlySet<string>;
  /** How much of the cost is by prices that depend on more than a day's totals tell. */
  readonly variations: Variations;
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
  const unjoined = new Set<string>();
  const variations = createVariations();
  const table = new Map<string, DayTally>(
    days.map((day) => [
      day,
      { fields: new Set(), sources: new Map(), rows: createRows(names), models: new Map(), uncovered: new Map() },
    ]),
  );

  function finish(isComplete: (user: string) => boolean): void {
    for (const [day, tally] of table) {
      const complete = [...tally.sources].filter(([, { user }]) => isComplete(user));
      for (const [key] of complete) tally.sources.delete(key);
      const sources = complete.map(([, source]) => source);
      const hasPrice = ({ provider, model }: Source): boolean => prices(provider, model, day) !== undefined;
      for (const model of joinSources(sources, hasPrice, mapping)) unjoined.add(model);
      for (const [name, members] of Map.groupBy(sources, nameOf)) addRow(tally, name, members, day);
    }
  }

  function addRow({ models, rows, uncovered }: DayTally, name: string, members: readonly Source[], day: string): void {
    const [first] = members;
    if (first === undefined) return;
    const { user, provider, model } = first;
    const price = prices(provider, model, day);
    const row = rowOfSources({ user, provider, model }, members, uncovered.get(name) ?? 0n, mapping, price);
    const modelName = `${provider}\n${model}`;
    const known = models.get(modelName) ?? {
      provider,
      model,
      used: false,
      cacheRead: 0,
      gatewayPrompt: 0,
      gatewayCompletion: 0,
    };
    models.set(modelName, known);
    if (!isUsed(row)) return;
    known.used = true;
    known.cacheRead += row.cacheRead;
    known.gatewayPrompt += row.gatewayPrompt ?? 0;
    known.gatewayCompletion += row.gatewayCompletion ?? 0;
    variations.add(row, price);
    rows.append(row);
  }

  return {
    unjoined,
    variations,
    add(fields, all, lacksUser = lacksUserLabel(all, mapping)) {
      for (const series of all) {
        const source = sourceOf(series.labels, mapping, lacksUser);
        // No name has a line break.
        const key = `${nameOf(source)}\n${lacksUser ? '-' : '+'}\n${source.callee}\n${source.target}`;
        const began = series.beganAt === undefined ? undefined : dayOf(new Date(series.beganAt));
        for (const [day, amount] of usageByDay(series.samples, series.first)) {
          const of = table.get(day);
          if (of === undefined) continue;
          const tally = of.sources.get(key) ?? { ...source, amounts: {}, partial: false };
          of.sources.set(key, tally);
          if (day === began) tally.partial = true;
          for (const field of fields) {
            of.fields.add(field);
            tally.amounts[field] = (tally.amounts[field] ?? 0n) + amount;
          }
        }
      }
    },
    addUnreported(day, all, isCached) {
      const uncovered = table.get(day)?.uncovered;
      for (const series of all) {
        const name = nameOf(sourceOf(series.labels, mapping, false));
        const amount = usageByDay(series.samples, series.first).get(day) ?? 0n;
        uncovered?.set(name, (uncovered.get(name) ?? 0n) + (isCached ? -amount : amount));
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
          const savings = [...models.values()]
            .filter((one) => one.cacheRead + one.gatewayPrompt + one.gatewayCompletion > 0)
            .map((one) => ({
              provider: one.provider,
              model: one.model,
              saved: savingsOfCaches(one, prices(one.provider, one.model, day)),
            }));
          return { day, provisional: day >= today, fields, rows: rows.finish(), idle, savings };
        });
    },
  };
}

function nameOf({ user, provider, model }: Pick<Source, 'user' | 'provider' | 'model'>): string {
  return `${user}\n${provider}\n${model}`;
}

function isUsed(row: LlmRow): boolean {
  return row.prompt + row.completion + row.requests + row.errors > 0 || (row.reported ?? 0n) > 0n;
}
