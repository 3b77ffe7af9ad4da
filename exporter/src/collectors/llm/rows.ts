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
const COUNTS = ['prompt', 'completion', 'cacheRead', 'cacheWrite', 'requests', 'errors'] as const;
/** Kinds that few sources tell apart: a page has a column for them once one of its rows does. */
const PARTS = [
  'cacheWrite1h',
  'audioPrompt',
  'audioCompletion',
  'gatewayPrompt',
  'gatewayCompletion',
  'unreported',
] as const;
/** In place of a cost that is not known: costs are never negative. */
const UNKNOWN_COST = -1n;
const LARGEST_COST = 10n ** 18n;

interface Page {
  readonly user: Uint32Array;
  readonly provider: Uint32Array;
  readonly model: Uint32Array;
  readonly counts: Float64Array;
  readonly costs: BigInt64Array;
  readonly partial: Uint8Array;
  parts?: Float64Array;
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
      page.provider[at] = names.numberOf(row.provider);
      page.model[at] = names.numberOf(row.model);
      COUNTS.forEach((count, index) => {
        page.counts[at * COUNTS.length + index] = row[count];
      });
      if (PARTS.some((part) => (row[part] ?? 0) > 0)) {
        const parts = (page.parts ??= new Float64Array(PAGE * PARTS.length));
        PARTS.forEach((part, index) => {
          parts[at * PARTS.length + index] = row[part] ?? 0;
        });
      }
      page.costs[at * 2] = storedCost(row.reported);
      page.costs[at * 2 + 1] = storedCost(row.computed);
      page.partial[at] = row.partial ? 1 : 0;
      length += 1;
    },
    finish: () => ({ length, [Symbol.iterator]: () => inOrder(pages, length, names) }),
  };
}

function* inOrder(pages: readonly Page[], length: number, names: Names): IterableIterator<LlmRow> {
  for (const index of orderOf(pages, length, names)) {
    const page = pages[Math.floor(index / PAGE)];
    if (page !== undefined) yield rowAt(page, index % PAGE, names);
  }
}

/** Row numbers in the order of the key. */
function orderOf(pages: readonly Page[], length: number, names: Names): Uint32Array {
  const ranks = names.ranks();
  const rank = (of: 'user' | 'provider' | 'model', index: number): number =>
    ranks[pages[Math.floor(index / PAGE)]?.[of][index % PAGE] ?? 0] ?? 0;
  return Uint32Array.from({ length }, (_, index) => index).sort(
    (a, b) =>
      rank('user', a) - rank('user', b) ||
      rank('provider', a) - rank('provider', b) ||
      rank('model', a) - rank('model', b),
  );
}

function rowAt(page: Page, at: number, names: Names): LlmRow {
  const count = (index: number): number => page.counts[at * COUNTS.length + index] ?? 0;
  return {
    user: names.nameOf(page.user[at] ?? 0),
    provider: names.nameOf(page.provider[at] ?? 0),
    model: names.nameOf(page.model[at] ?? 0),
    prompt: count(0),
    completion: count(1),
    cacheRead: count(2),
    cacheWrite: count(3),
    requests: count(4),
    errors: count(5),
    reported: known(page.costs[at * 2]),
    computed: known(page.costs[at * 2 + 1]),
    partial: page.partial[at] === 1,
    ...(page.parts === undefined ? {} : partsAt(page.parts, at)),
  };
}

function partsAt(parts: Float64Array, at: number): Partial<Record<(typeof PARTS)[number], number>> {
  return Object.fromEntries(PARTS.map((part, index) => [part, parts[at * PARTS.length + index] ?? 0]));
}

function emptyPage(): Page {
  return {
    user: new Uint32Array(PAGE),
    provider: new Uint32Array(PAGE),
    model: new Uint32Array(PAGE),
    counts: new Float64Array(PAGE * COUNTS.length),
    costs: new BigInt64Array(PAGE * 2),
    partial: new Uint8Array(PAGE),
  };
}

function storedCost(cost: bigint | undefined): bigint {
  if (cost !== undefined && cost > LARGEST_COST)
    throw new CollectorError('bad_payload', 'bad_response', 'Prometheus holds a cost beyond a trillion USD in one day');
  return cost ?? UNKNOWN_COST;
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
