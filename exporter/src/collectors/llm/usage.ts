import { eachDay, usageByDay } from '../../money/counter-usage.ts';
import { dayOf } from '../../money/days.ts';
import { savingsOfCaches, type TokenPrice } from '../../money/llm-price.ts';
import type { PriceBook } from '../../llm/pricing/price-book.ts';
import type { CounterSeries } from './counters.ts';
import type { LlmDay, LlmRow } from './data.ts';
import type { LlmField, LlmMapping } from './mapping.ts';
import { createRows, type Names, type RowsBuilder } from './rows.ts';
import { rowOfSources } from './row.ts';
import { valueAt } from './value-at.ts';
import { createVariations, type Variations } from './variations.ts';
import { joinSources } from './joins.ts';
import { lacksUserLabel, sourceOf, type Source } from './tallies.ts';

interface DayTally {
  readonly day: string;
  readonly fields: Set<LlmField>;
  readonly rows: RowsBuilder;
  /** By name: every model that has a series, and whether it was used. */
  readonly models: Map<string, UsedModel>;
  /** Tokens by row that were used in hours in which their source reported no cost. */
  readonly uncovered: Map<string, bigint>;
}

/** What one process counted of one usage, on each day at its place among the days. */
interface SourceOfDays {
  readonly user: string;
  readonly byDay: (Source | undefined)[];
}

interface UsedModel {
  readonly provider: string;
  readonly model: string;
  readonly price: TokenPrice | undefined;
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
  const tallies = days.map((day): DayTally => ({
    day,
    fields: new Set(),
    rows: createRows(names),
    models: new Map(),
    uncovered: new Map(),
  }));
  const places = new Map(days.map((day, place) => [day, place]));
  const sources = new Map<string, SourceOfDays>();

  function finish(isComplete: (user: string) => boolean): void {
    const complete = takeComplete(sources, isComplete);
    for (const [place, tally] of tallies.entries()) {
      const { day } = tally;
      const ofDay = complete.flatMap(({ byDay }) => byDay[place] ?? []);
      const hasPrice = ({ provider, model }: Source): boolean => prices(provider, model, day) !== undefined;
      for (const model of joinSources(ofDay, hasPrice, mapping)) unjoined.add(model);
      for (const [name, members] of Map.groupBy(ofDay, nameOf)) addRow(tally, name, members);
    }
  }

  function addRow(tally: DayTally, name: string, members: readonly Source[]): void {
    const [first] = members;
    if (first === undefined) return;
    const { user, provider, model } = first;
    const used = usedModel(tally, provider, model);
    const { price } = used;
    const row = rowOfSources({ user, provider, model }, members, tally.uncovered.get(name) ?? 0n, mapping, price);
    if (!isUsed(row)) return;
    used.used = true;
    used.cacheRead += row.cacheRead;
    used.gatewayPrompt += row.gatewayPrompt ?? 0;
    used.gatewayCompletion += row.gatewayCompletion ?? 0;
    variations.add(row, price);
    tally.rows.append(row);
  }

  function usedModel({ models, day }: DayTally, provider: string, model: string): UsedModel {
    return valueAt(models, `${provider}\n${model}`, () => ({
      provider,
      model,
      price: prices(provider, model, day),
      used: false,
      cacheRead: 0,
      gatewayPrompt: 0,
      gatewayCompletion: 0,
    }));
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
        const { byDay } = valueAt(sources, key, () => ({ user: source.user, byDay: [] }));
        eachDay(series.samples, series.first, (day, amount) => {
          const place = places.get(day);
          if (place === undefined) return;
          const tally = (byDay[place] ??= { ...source, amounts: {}, partial: false });
          if (day === began) tally.partial = true;
          for (const field of fields) {
            tallies[place]?.fields.add(field);
            tally.amounts[field] = (tally.amounts[field] ?? 0n) + amount;
          }
        });
      }
    },
    addUnreported(day, all, isCached) {
      const uncovered = tallies[places.get(day) ?? -1]?.uncovered;
      for (const series of all) {
        const name = nameOf(sourceOf(series.labels, mapping, false));
        const amount = usageByDay(series.samples, series.first).get(day) ?? 0n;
        uncovered?.set(name, (uncovered.get(name) ?? 0n) + (isCached ? -amount : amount));
      }
    },
    finish,
    days() {
      finish(() => true);
      return tallies
        .filter(({ models }) => models.size > 0)
        .map(({ day, fields, rows, models }) => {
          const idle = [...models.values()]
            .filter(({ used }) => !used)
            .map(({ provider, model }) => ({ provider, model }));
          const savings = [...models.values()]
            .filter((one) => one.cacheRead + one.gatewayPrompt + one.gatewayCompletion > 0)
            .map((one) => ({ provider: one.provider, model: one.model, saved: savingsOfCaches(one, one.price) }));
          return { day, provisional: day >= today, fields, rows: rows.finish(), idle, savings };
        });
    },
  };
}

/** Removes the sources of complete users from `sources` and returns them. */
function takeComplete(
  sources: Map<string, SourceOfDays>,
  isComplete: (user: string) => boolean,
): readonly SourceOfDays[] {
  const users = new Map<string, boolean>();
  const complete: SourceOfDays[] = [];
  for (const [key, source] of sources) {
    if (!valueAt(users, source.user, () => isComplete(source.user))) continue;
    sources.delete(key);
    complete.push(source);
  }
  return complete;
}

function nameOf({ user, provider, model }: Pick<Source, 'user' | 'provider' | 'model'>): string {
  return `${user}\n${provider}\n${model}`;
}

function isUsed(row: LlmRow): boolean {
  return row.prompt + row.completion + row.requests + row.errors > 0 || (row.reported ?? 0n) > 0n;
}
