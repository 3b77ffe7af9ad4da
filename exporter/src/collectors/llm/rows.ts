import { CollectorError } from '../errors.ts';
import type { LlmRow, LlmRows } from './data.ts';

/** Collects rows in columns: a tenth of the memory of objects. A key comes once. */
export interface RowsBuilder {
  append(row: LlmRow): void;
  /** The rows in the order of user, provider and model; nothing is appended after it. */
  finish(): LlmRows;
}

/** Numbers names, each stored once, however many rows and days have it. */
export interface Names {
  numberOf(name: string): number;
  nameOf(number: number): string;
  /** For each number its place among all names in order. */
  ranks(): Uint32Array;
}

const PAGE = 2048;
const COUNTS = [
  'prompt',
  'completion',
  'cacheRead',
  'cacheWrite',
  'requests',
  'errors',
  'cacheWrite1h',
  'audioPrompt',
  'audioCompletion',
  'gatewayPrompt',
  'gatewayCompletion',
  'unreported',
] as const;
/** Counts that a row may lack, which are 0 then. */
const PARTS: ReadonlySet<string> = new Set(COUNTS.slice(6));
/** In place of a cost that is not known: costs are never negative. */
const UNKNOWN_COST = -1n;
const LARGEST_COST = 10n ** 18n;

interface Page {
  readonly user: Uint32Array;
  /** Provider and model together. */
  readonly called: Uint32Array;
  /** A column for each figure of COUNTS that is not 0 in all its rows, as narrow as its figures allow. */
  readonly counts: (Uint32Array | Float64Array | undefined)[];
  /** Reported and computed; absent while all are unknown. */
  readonly costs: (BigInt64Array | undefined)[];
  readonly partial: Uint8Array;
}

export function createRows(names: Names): RowsBuilder {
  const pages: Page[] = [];
  let length = 0;
  return {
    append(row) {
      const at = length % PAGE;
      if (at === 0) pages.push(emptyPage());
      const page = pages.at(-1) ?? emptyPage();
      page.user[at] = names.numberOf(row.user);
      page.called[at] = names.numberOf(`${row.provider}\n${row.model}`);
      for (let index = 0; index < COUNTS.length; index += 1) {
        const count = COUNTS[index];
        const value = (count && row[count]) ?? 0;
        if (value !== 0) columnFor(page, index, value)[at] = value;
      }
      addCost(page, 0, at, row.reported);
      addCost(page, 1, at, row.computed);
      page.partial[at] = row.partial ? 1 : 0;
      length += 1;
    },
    finish() {
      let order: Uint32Array | undefined;
      return {
        length,
        [Symbol.iterator]: () => inOrder(pages, (order ??= orderOf(pages, length, names)), names),
      };
    },
  };
}

function addCost(page: Page, index: number, at: number, cost: bigint | undefined): void {
  if (cost !== undefined) (page.costs[index] ??= new BigInt64Array(PAGE).fill(UNKNOWN_COST))[at] = storedCost(cost);
}

const LARGEST_NARROW = 2 ** 32 - 1;

function columnFor(page: Page, index: number, value: number): Uint32Array | Float64Array {
  const known = page.counts[index];
  const isNarrow = Number.isInteger(value) && value >= 0 && value <= LARGEST_NARROW;
  if (known !== undefined && (isNarrow || known instanceof Float64Array)) return known;
  const column = isNarrow ? new Uint32Array(PAGE) : Float64Array.from(known ?? new Uint32Array(PAGE));
  page.counts[index] = column;
  return column;
}

function* inOrder(pages: readonly Page[], order: Uint32Array, names: Names): IterableIterator<LlmRow> {
  for (const index of order) {
    const page = pages[Math.floor(index / PAGE)];
    if (page !== undefined) yield rowAt(page, index % PAGE, names);
  }
}

/** Row numbers in the order of the key; a line break sorts before every character of a name. */
function orderOf(pages: readonly Page[], length: number, names: Names): Uint32Array {
  const ranks = names.ranks();
  const rank = (of: 'user' | 'called', index: number): number =>
    ranks[pages[Math.floor(index / PAGE)]?.[of][index % PAGE] ?? 0] ?? 0;
  return Uint32Array.from({ length }, (_, index) => index).sort(
    (a, b) => rank('user', a) - rank('user', b) || rank('called', a) - rank('called', b),
  );
}

function rowAt(page: Page, at: number, names: Names): LlmRow {
  const count = (index: number): number => page.counts[index]?.[at] ?? 0;
  const [provider = '', model = ''] = names.nameOf(page.called[at] ?? 0).split('\n');
  return {
    user: names.nameOf(page.user[at] ?? 0),
    provider,
    model,
    prompt: count(0),
    completion: count(1),
    cacheRead: count(2),
    cacheWrite: count(3),
    requests: count(4),
    errors: count(5),
    reported: known(page.costs[0]?.[at]),
    computed: known(page.costs[1]?.[at]),
    partial: page.partial[at] === 1,
    ...partsAt(page, at),
  };
}

function partsAt(page: Page, at: number): Partial<Record<(typeof COUNTS)[number], number>> {
  if (!page.counts.some((column, index) => column !== undefined && PARTS.has(COUNTS[index] ?? ''))) return {};
  return Object.fromEntries(
    COUNTS.flatMap((count, index) => (PARTS.has(count) ? [[count, page.counts[index]?.[at] ?? 0] as const] : [])),
  );
}

function emptyPage(): Page {
  return {
    user: new Uint32Array(PAGE),
    called: new Uint32Array(PAGE),
    counts: [],
    costs: [],
    partial: new Uint8Array(PAGE),
  };
}

function storedCost(cost: bigint): bigint {
  if (cost > LARGEST_COST)
    throw new CollectorError('bad_payload', 'bad_response', 'Prometheus holds a cost beyond a trillion USD in one day');
  return cost;
}

function known(cost: bigint | undefined): bigint | undefined {
  return cost === UNKNOWN_COST ? undefined : cost;
}

export function createNames(): Names {
  const numbers = new Map<string, number>();
  const names: string[] = [];
  let ranks = new Uint32Array();
  return {
    numberOf(name) {
      const known = numbers.get(name);
      if (known !== undefined) return known;
      numbers.set(name, names.length);
      return names.push(name) - 1;
    },
    nameOf: (number) => names[number] ?? '',
    ranks() {
      if (ranks.length !== names.length) {
        ranks = new Uint32Array(names.length);
        [...names].sort().forEach((name, rank) => {
          ranks[numbers.get(name) ?? 0] = rank;
        });
      }
      return ranks;
    },
  };
}
