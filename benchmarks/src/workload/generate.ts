import { addDays, monthStart } from '../../../exporter/src/money/days.ts';
import { costMicros, modelsOf, type Model } from './models.ts';
import { createRandom } from './random.ts';

/** Sums of whole numbers: cost in micro-USD, everything else as it is. */
export interface Sums {
  rows: number;
  cost: number;
  prompt: number;
  completion: number;
  requests: number;
  errors: number;
  unpriced: number;
}

/** What must come out of the last `days` days of the history. */
export interface WindowTotals {
  readonly days: number;
  readonly from: string;
  readonly to: string;
  readonly byUser: ReadonlyMap<string, Sums>;
  /** By `provider/model`. */
  readonly byModel: ReadonlyMap<string, Sums>;
}

export interface Totals {
  readonly all: Sums;
  /** By YYYY-MM. */
  readonly byMonth: ReadonlyMap<string, Sums>;
  /** By `provider/model`. */
  readonly windows: readonly WindowTotals[];
}

/** Usage of one user with one model on one day. */
export interface GeneratedRow extends Sums {
  /** Of the day, from the first one of the history on. */
  readonly index: number;
  readonly day: string;
  /** 1 is the user who uses most. */
  readonly rank: number;
  readonly model: Model;
}

export interface Generator {
  readonly models: readonly Model[];
  readonly firstDay: string;
  readonly lastDay: string;
  /** In no order that has to do with how much they use. */
  nameOf(rank: number): string;
  /** By day, rank and model; asked for once, it fills the totals. */
  rows(): Iterable<GeneratedRow>;
  /** The same as tab-separated text in the order of COLUMNS. */
  chunks(): Iterable<string>;
  readonly totals: Totals;
}

export const COLUMNS =
  'user_id, day, provider, model, prompt_tokens, completion_tokens, requests, errors, computed_cost_usd, ' +
  'cost_usd, unpriced_tokens';
const SEED = 20_260_315;
const CHUNK = 1 << 20;
/** The mean share of models that a user uses on a day: 2.2 of 12; 8.4 million rows at full size. */
const DENSITY = 0.184;

/**
 * `users` × 12 models × `days` up to and with `lastDay`, sparse: few users use much (Zipf), weekends are quieter, 2 %
 * of the requests fail. The same arguments give the same rows.
 */
export function createGenerator({
  users,
  days,
  lastDay,
  windowDays,
}: {
  users: number;
  days: number;
  lastDay: string;
  windowDays: readonly number[];
}): Generator {
  const models = modelsOf(days);
  const firstDay = addDays(lastDay, 1 - days);
  const all = none();
  const byMonth = new Map<string, Sums>();
  const windows = windowDays.map((length) => {
    const used = Math.min(length, days);
    return {
      days: used,
      from: addDays(lastDay, 1 - used),
      to: addDays(lastDay, 1),
      byUser: new Map<string, Sums>(),
      byModel: new Map<string, Sums>(),
    };
  });

  const names = Array.from({ length: users + 1 }, (_, rank) => userName(rank));
  const nameOf = (rank: number): string => names[rank] ?? userName(rank);

  function* rows(): Iterable<GeneratedRow> {
    const random = createRandom(SEED);
    for (let index = 0; index < days; index += 1) {
      const day = addDays(firstDay, index);
      const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
      const season = weekday === 0 || weekday === 6 ? 0.55 : 1.18;
      const month = sumsAt(byMonth, monthStart(day).slice(0, 7));
      const open = windows.filter(({ from }) => day >= from);
      for (let rank = 1; rank <= users; rank += 1) {
        const activity = Math.min(0.98, (DENSITY / 2 / Math.sqrt(rank / users)) * season);
        for (const model of models) {
          if (random() >= activity) continue;
          const requests = 1 + Math.floor(random() * random() * 40);
          const prompt = requests * (40 + Math.floor(random() * 3_000));
          const completion = model.model.endsWith('embed') ? 0 : requests * (10 + Math.floor(random() * 900));
          const errors = random() < 0.02 * requests ? 1 : 0;
          const cost = costMicros(model, index, prompt, completion);
          const row = {
            index,
            day,
            rank,
            model,
            rows: 1,
            cost: cost ?? 0,
            prompt,
            completion,
            requests,
            errors,
            unpriced: cost === undefined ? prompt + completion : 0,
          };
          add(all, row);
          add(month, row);
          for (const { byUser, byModel } of open) {
            add(sumsAt(byUser, nameOf(rank)), row);
            add(sumsAt(byModel, `${model.provider}/${model.model}`), row);
          }
          yield row;
        }
      }
    }
  }

  function* chunks(): Iterable<string> {
    let text = '';
    for (const { day, rank, model, cost, prompt, completion, requests, errors, unpriced } of rows()) {
      const usd = model.prices.length === 0 ? '\\N' : decimal(cost);
      text += `${nameOf(rank)}\t${day}\t${model.provider}\t${model.model}\t${prompt}\t${completion}\t${requests}\t${errors}\t${usd}\t${usd}\t${unpriced}\n`;
      if (text.length > CHUNK) {
        yield text;
        text = '';
      }
    }
    yield text;
  }

  return { models, firstDay, lastDay, nameOf, rows, chunks, totals: { all, byMonth, windows } };
}

/** In an order that has nothing to do with how much a user uses. */
function userName(rank: number): string {
  const scrambled = Math.imul(rank, 2_654_435_761) >>> 0;
  return `${scrambled.toString(16).padStart(8, '0')}-user-${rank}`;
}

export function none(): Sums {
  return { rows: 0, cost: 0, prompt: 0, completion: 0, requests: 0, errors: 0, unpriced: 0 };
}

export function add(sums: Sums, more: Sums): void {
  sums.rows += more.rows;
  sums.cost += more.cost;
  sums.prompt += more.prompt;
  sums.completion += more.completion;
  sums.requests += more.requests;
  sums.errors += more.errors;
  sums.unpriced += more.unpriced;
}

export function sumsAt(map: Map<string, Sums>, key: string): Sums {
  const known = map.get(key);
  if (known !== undefined) return known;
  const fresh = none();
  map.set(key, fresh);
  return fresh;
}

/** Micro-USD as a decimal, six digits after the point. */
export function decimal(micros: number): string {
  return `${Math.floor(micros / 1_000_000)}.${String(micros % 1_000_000).padStart(6, '0')}`;
}
