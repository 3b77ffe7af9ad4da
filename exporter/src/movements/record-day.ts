import type { Queryable } from '../database/queryable.ts';
import { loadFxRates, rateOn } from '../ledger/fx-rates.ts';
import { movementsOf, rateOf, type MrrMovement, type MrrPart, type Rates } from '../money/mrr-movements.ts';
import { formatNanos } from '../money/nanos.ts';
import { refreshMonths } from './refresh-months.ts';
import { refreshSums } from './refresh-sums.ts';
import {
  loadKnownCustomers,
  loadLevels,
  loadMovements,
  loadNeighbours,
  type DayLevels,
  type StoredDay,
} from './stored-days.ts';

/** What counted as MRR on a day: differences between days with other settings are no movements of customers. */
export type CountingPolicy = Readonly<Record<string, boolean>>;

export interface RecordedDay {
  readonly day: string;
  readonly parts: readonly MrrPart[];
  /** Subscriptions that could not be read. */
  readonly unread: ReadonlySet<string>;
  readonly policy: CountingPolicy;
  readonly provisional: boolean;
}

/**
 * Stores what moved MRR on a day, and what it changes about the known day after it; a repeated call takes the place of
 * the one before, and changes nothing where nothing differs. Returns changed rows.
 */
export async function recordMrrDay(tx: Queryable, recorded: RecordedDay): Promise<number> {
  const { day, parts } = recorded;
  const { previous, same, next } = await loadNeighbours(tx, day);
  // Before the day's rows change, since levels are sums.
  const levelsOfNext = next === undefined ? undefined : await loadLevels(tx, next.day);
  const before = previous === undefined ? undefined : await loadLevels(tx, previous.day);
  const rates = await ratesOn(
    tx,
    day,
    [...parts, ...(before?.parts ?? []), ...(before?.unread ?? [])],
    previous?.rates,
  );
  let rows = await storeDay(tx, { ...recorded, rates, previous: previous?.day ?? null }, same);
  rows += await replaceMovements(tx, { ...recorded, rates }, before, previous);
  if (rows === 0) return 0;
  if (next !== undefined && levelsOfNext !== undefined)
    rows += await compareAgain(tx, recorded, rates, next, levelsOfNext);
  await refreshSums(tx, day, next?.day ?? day);
  await refreshMonths(tx, day);
  return rows;
}

/** The day after keeps its levels; what led to them is now counted from the recorded day. */
async function compareAgain(
  tx: Queryable,
  { day, policy, provisional }: RecordedDay,
  rates: Rates,
  next: StoredDay,
  levels: DayLevels,
): Promise<number> {
  const unread = new Set(levels.unread.map(({ subscription }) => subscription));
  const asRecorded = {
    day: next.day,
    parts: levels.parts,
    unread,
    policy: next.policy ?? {},
    rates: new Map([...rates, ...next.rates]),
    provisional: next.provisional,
  };
  const linked = await storeDay(tx, { ...asRecorded, previous: day }, next);
  const recorded: StoredDay = { day, previous: null, rates, policy, provisional, unconverted: [] };
  return linked + (await replaceMovements(tx, asRecorded, await loadLevels(tx, day), recorded));
}

interface DayWithRates extends RecordedDay {
  readonly rates: Rates;
}

async function replaceMovements(
  tx: Queryable,
  { day, parts, unread, policy, rates }: DayWithRates,
  before: DayLevels | undefined,
  previous: StoredDay | undefined,
): Promise<number> {
  const had = new Set(before?.parts.map(({ customer }) => customer));
  const appeared = [...new Set(parts.map(({ customer }) => customer))].filter((customer) => !had.has(customer));
  const movements = movementsOf({
    before: before?.parts,
    unreadBefore: before?.unread ?? [],
    ratesBefore: previous?.rates ?? new Map<string, string>(),
    after: parts,
    unread,
    rates,
    known: await loadKnownCustomers(tx, day, appeared),
    otherSettings: previous?.policy != null && !isSamePolicy(previous.policy, policy),
  });
  const stored = await loadMovements(tx, day);
  const keys = new Set(stored.map(keyOf));
  if (keys.size === movements.length && movements.every((one) => keys.has(keyOf(one)))) return 0;
  await tx.query('DELETE FROM mrr_movements WHERE day = $1::date', [day]);
  const columns = <Value>(pick: (one: MrrMovement) => Value): Value[] => movements.map(pick);
  await tx.query(INSERT, [
    day,
    columns(({ customer }) => customer),
    columns(({ subscription }) => subscription),
    columns(({ plan }) => plan),
    columns(({ product }) => product),
    columns(({ currency }) => currency),
    columns(({ kind }) => kind),
    columns(({ reason }) => reason),
    columns(({ amount }) => formatNanos(amount)),
    columns(({ amountUsd }) => (amountUsd === null ? null : formatNanos(amountUsd))),
    columns(({ customers }) => customers),
  ]);
  return Math.max(movements.length, stored.length);
}

const INSERT = `
INSERT INTO mrr_movements (day, customer, subscription, plan, product, currency, kind, reason, amount, amount_usd, customers)
SELECT $1::date, u.* FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
  $9::numeric[], $10::numeric[], $11::smallint[]) AS u ORDER BY 2, 3, 4, 6, 7, 8`;

async function storeDay(
  tx: Queryable,
  day: DayWithRates & { readonly previous: string | null },
  stored: StoredDay | undefined,
): Promise<number> {
  const currencies = new Set(day.parts.map(({ currency }) => currency));
  const unconverted = [...currencies].filter((currency) => rateOf(day.rates, currency) === undefined).sort();
  const isSame =
    stored?.previous === day.previous &&
    stored.provisional === day.provisional &&
    stored.policy !== null &&
    isSamePolicy(stored.policy, day.policy) &&
    stored.unconverted.join() === unconverted.join() &&
    JSON.stringify([...stored.rates].sort()) === JSON.stringify([...day.rates].sort());
  if (isSame) return 0;
  await tx.query(
    `INSERT INTO mrr_days (day, previous, rates, policy, provisional, unconverted) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (day) DO UPDATE SET previous = excluded.previous, rates = excluded.rates, policy = excluded.policy,
       by_plan = true, provisional = excluded.provisional, unconverted = excluded.unconverted`,
    [day.day, day.previous, Object.fromEntries(day.rates), day.policy, day.provisional, unconverted],
  );
  return 1;
}

/** The rates of every currency in `parts`; one that was known stays known, so that MRR never leaves the totals again. */
async function ratesOn(tx: Queryable, day: string, parts: readonly MrrPart[], before?: Rates): Promise<Rates> {
  const currencies = [...new Set(parts.map(({ currency }) => currency))].filter((one) => one !== 'USD' && one !== '');
  const stored = await loadFxRates(tx, currencies);
  return new Map(
    currencies.sort().flatMap((currency): [string, string][] => {
      const rate = rateOn(stored, currency, day) ?? before?.get(currency);
      return rate === undefined ? [] : [[currency, rate]];
    }),
  );
}

function isSamePolicy(a: CountingPolicy, b: CountingPolicy): boolean {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].every((name) => a[name] === b[name]);
}

function keyOf(one: MrrMovement): string {
  const { customer, subscription, plan, product, currency, kind, reason, amount, amountUsd, customers } = one;
  return JSON.stringify([
    ...[customer, subscription, plan, product, currency, kind, reason],
    ...[formatNanos(amount), amountUsd === null ? null : formatNanos(amountUsd), customers],
  ]);
}
