import { CollectorError } from '../errors.ts';
import { cleanName, selectorOf, withMatchers, type LlmMapping, type SeriesMapping } from './mapping.ts';
import { LOOK_BACK_MS } from './targets.ts';
import type { CounterReader, TimeWindow } from './windows.ts';

/** A part of the users that is read and summed up apart from the others. */
export interface UserSlice {
  /** In PromQL; undefined where the slice is everything. */
  readonly matcher: string | undefined;
  /** Whether all that a user used is known once this slice, and those before it, are read. */
  completes(user: string): boolean;
}

const EVERYTHING: UserSlice = { matcher: undefined, completes: () => true };

/** Users of one slice, about: with a dozen models all of an answer fits among V8's young objects. */
export const USERS_AT_ONCE = 75;
/** Keeps a query's address below what proxies take: a matcher stands in it up to six times. */
const MAX_MATCHER = 900;

/**
 * Divides the users by the beginning of their names, so that answers and sums stay small however many there are. Few
 * users, or a server that cannot list them, are read in one piece. Who appears while this runs is found by the next
 * run, which reads the same days.
 */
export async function userSlices(
  { client, context }: CounterReader,
  mapping: LlmMapping,
  windows: readonly TimeWindow[],
  most = USERS_AT_ONCE,
): Promise<UserSlice[]> {
  const { from, to } = spanOf(windows);
  if (to < from) return [];
  const selectors = [...new Set(mapping.series.map((series) => selectorOf({ fields: [], metric: series.metric })))];
  for (const label of mapping.labels.user) {
    const values = await client.labelValues(context, label, selectors, from, to).catch(cannotTell);
    // Only the first label that anything has decides who a user is; the next ones fill in.
    if (values.length > 0) return values.length <= most ? [EVERYTHING] : slicesBy(label, values, most);
  }
  return [EVERYTHING];
}

/** The counters that have any series: of the others nothing needs to be asked slice by slice. */
export async function presentCounters(
  { client, context }: CounterReader,
  mapping: LlmMapping,
  windows: readonly TimeWindow[],
): Promise<SeriesMapping[]> {
  const { from, to } = spanOf(windows);
  const present: SeriesMapping[] = [];
  for (const series of mapping.series) {
    const names = await client.labelValues(context, '__name__', [selectorOf(series)], from, to);
    if (names.length > 0) present.push(series);
  }
  return present;
}

/** Counters of which no series has the label that users are named by, although it divides them into slices. */
export async function withoutUsers(
  { client, context }: CounterReader,
  mapping: LlmMapping,
  series: readonly SeriesMapping[],
  windows: readonly TimeWindow[],
): Promise<ReadonlySet<SeriesMapping>> {
  const { from, to } = spanOf(windows);
  for (const label of mapping.labels.user) {
    const without = new Set<SeriesMapping>();
    for (const one of series) {
      const named = selectorOf(withMatchers(one, `${label}!=""`));
      const names = await client.labelValues(context, '__name__', [named], from, to);
      if (names.length === 0) without.add(one);
    }
    // A label that nothing has names no users: they are named, and divided, by the next one.
    if (without.size < series.length) return without;
  }
  return new Set();
}

/** From the oldest reading that a day may begin with to the newest; `to` before `from` where there is no window. */
export function spanOf(windows: readonly TimeWindow[]): TimeWindow {
  return { from: (windows[0]?.from ?? Infinity) - LOOK_BACK_MS, to: windows.at(-1)?.to ?? -Infinity };
}

export function cannotTell(error: unknown): string[] {
  if (
    error instanceof CollectorError &&
    (error.kind === 'bad_payload' || (error.kind === 'upstream' && (error.status ?? 500) < 500))
  )
    return [];
  throw error;
}

/**
 * The users of most series are their label's values. The rest comes first and is never complete before the end: series
 * without that label, or with a value that cleanName changes, may belong to any user.
 */
function slicesBy(label: string, values: readonly string[], most: number): UserSlice[] {
  const odd = values.filter((value) => cleanName(value) !== value || value === 'None');
  const oddNames = odd.map(quoted).join('|');
  if (oddNames.length > MAX_MATCHER) return [EVERYTHING];
  const clean = odd.length === 0 ? values : values.filter((value) => !odd.includes(value));
  const notOdd = odd.length === 0 ? '' : `,${label}!~${JSON.stringify(oddNames)}`;
  return [
    {
      matcher: odd.length === 0 ? `${label}=""` : `${label}=~${JSON.stringify(`|${oddNames}`)}`,
      completes: () => false,
    },
    ...packed(groupsOf(clean.toSorted(), '', most), most).map((groups): UserSlice => ({
      matcher: `${label}=~${JSON.stringify(groups.map(patternOf).join('|'))}${notOdd}`,
      completes: (user) => groups.some(({ prefix, isWhole }) => (isWhole ? user === prefix : user.startsWith(prefix))),
    })),
  ];
}

/** Values with the same beginning, or one value by itself. */
interface Group {
  readonly prefix: string;
  readonly isWhole: boolean;
  readonly size: number;
}

/** Groups of at most `most` values each, in order; no value is in two. `values` all begin with `prefix`. */
function groupsOf(values: readonly string[], prefix: string, most: number): Group[] {
  if (values.length <= most && prefix !== '') return [{ prefix, isWhole: false, size: values.length }];
  const next = Map.groupBy(values, (value) => prefix + (characterAt(value, prefix.length) ?? ''));
  return [...next].flatMap(([longer, members]) =>
    longer === prefix ? [{ prefix, isWhole: true, size: 1 }] : groupsOf(members, longer, most),
  );
}

function characterAt(text: string, index: number): string | undefined {
  const code = text.codePointAt(index);
  return code === undefined ? undefined : String.fromCodePoint(code);
}

/** Adjoining groups together, up to `most` values and the longest matcher. */
function packed(groups: readonly Group[], most: number): Group[][] {
  const slices: Group[][] = [];
  let [size, length] = [0, 0];
  for (const group of groups) {
    const slice = slices.at(-1);
    const more = patternOf(group).length + 1;
    if (slice === undefined || size + group.size > most || length + more > MAX_MATCHER) {
      slices.push([group]);
      [size, length] = [group.size, more];
    } else {
      slice.push(group);
      [size, length] = [size + group.size, length + more];
    }
  }
  return slices;
}

function patternOf({ prefix, isWhole }: Group): string {
  return isWhole ? quoted(prefix) : `${quoted(prefix)}.*`;
}

/** For RE2, in which a letter must not be escaped. */
function quoted(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
}
