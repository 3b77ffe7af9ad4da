import { addDays, daysOf } from '../../money/days.ts';
import type { Queryable } from '../../database/queryable.ts';
import { usageLedger } from '../rollups/ledger.ts';
import { ROLLUPS, USER_DAY, type Rollup } from '../rollups/rollup-sql.ts';
import { rawSince } from './raw-retention.ts';
import { closedThrough, distantDays } from '../rollups/running-totals.ts';
import { differingTopUsers } from '../ranking/top-users.ts';

/** The result of comparing one table with its source. */
export interface TableCheck {
  readonly table: string;
  /** The source it was compared with, as text for people. */
  readonly against: string;
  readonly rows: number;
  readonly different: number;
  /** The first keys that differ. */
  readonly keys: readonly string[];
}

const SHOWN = 5;
const USED = USER_DAY.figures;

/**
 * The rows that a rollup must contain. Days whose raw rows were dropped cannot be compared: $1 is the first day that
 * still has them.
 */
export function expectedRows({ from, keys, grouping, figures }: Rollup): string {
  const names = keys.map((key, index) => `${grouping[index] ?? key} AS ${key}`);
  return `SELECT ${names.join(', ')}, ${figures.map((figure) => `coalesce(sum(${figure}), 0) AS ${figure}`).join(', ')}
    FROM ${from}${scopeOf(from)} GROUP BY ${keys.map((_, index) => index + 1).join(', ')}`;
}

export function storedScope({ from }: Rollup): string {
  return scopeOf(from);
}

function scopeOf(from: Rollup['from']): string {
  return from === 'llm_metrics_history' ? ' WHERE day >= $1::date' : ' WHERE $1::date IS NOT NULL';
}

/**
 * Recomputes every rollup, the running totals, the stored rankings and the ledger; reads only. Run it inside one
 * snapshot.
 */
export async function verifyUsage(
  db: Queryable,
  onCheck: (check: TableCheck) => void = () => undefined,
): Promise<TableCheck[]> {
  const since = await rawSince(db);
  const checks: TableCheck[] = [];
  const add = (check: TableCheck): void => {
    checks.push(check);
    onCheck(check);
  };
  for (const rollup of ROLLUPS) add(await checkRollup(db, rollup, since));
  if (since !== undefined) add(await checkOldDays(db, since));
  add(await checkRunningTotals(db));
  add(await checkTopUsers(db));
  add(await checkLedger(db));
  return checks;
}

async function checkRollup(db: Queryable, rollup: Rollup, since = '-infinity'): Promise<TableCheck> {
  const { table, from, keys, figures } = rollup;
  const of = (alias: string): string => `(${figures.map((figure) => `${alias}.${figure}`).join(', ')})`;
  const found = await counted(
    db,
    `SELECT concat_ws(' ', ${keys.map((key) => `${key}::text`).join(', ')}) AS key,
      ${of('e')} IS DISTINCT FROM ${of('s')} AS differs
    FROM (${expectedRows(rollup)}) e FULL JOIN (SELECT * FROM ${table}${storedScope(rollup)}) s
      USING (${keys.join(', ')})`,
    [since],
  );
  return {
    table,
    against:
      from === 'llm_metrics_history' && since !== '-infinity'
        ? `raw rows since ${since}`
        : from === 'llm_metrics_history'
          ? 'raw rows'
          : from,
    ...found,
  };
}

/** Without raw rows, two rollups can still be compared with each other, day by day. */
async function checkOldDays(db: Queryable, since: string): Promise<TableCheck> {
  const sums = USED.map((figure) => `sum(${figure}) AS ${figure}`).join(', ');
  const found = await counted(
    db,
    `SELECT day::text AS key, ${USED.map((figure) => `u.${figure} IS DISTINCT FROM m.${figure}`).join(' OR ')}
      AS differs
    FROM (SELECT day, ${sums} FROM llm_user_day WHERE day < $1::date GROUP BY day) u
      FULL JOIN (SELECT day, ${sums} FROM llm_model_day WHERE day < $1::date GROUP BY day) m USING (day)`,
    [since],
  );
  return { table: 'llm_model_day', against: `llm_user_day before ${since}`, ...found };
}

async function counted(
  db: Queryable,
  compared: string,
  values: readonly unknown[],
): Promise<Pick<TableCheck, 'rows' | 'different' | 'keys'>> {
  const { rows } = await db.query<{ rows: string; different: string; keys: string[] | null }>(
    `SELECT count(*)::text AS rows, count(*) FILTER (WHERE differs)::text AS different,
      (array_agg(key ORDER BY key) FILTER (WHERE differs))[1:${SHOWN}] AS keys FROM (${compared}) c`,
    values,
  );
  return { rows: Number(rows[0]?.rows), different: Number(rows[0]?.different), keys: rows[0]?.keys ?? [] };
}

/** The days that running totals have or should have, oldest first. */
export async function closedDays(db: Queryable): Promise<string[]> {
  const last = await closedThrough(db);
  const { rows } = await db.query<{ first: string | null }>(
    `SELECT least((SELECT min(day) FROM llm_user_day), (SELECT min(day) FROM llm_user_cum),
      (SELECT min(day) FROM llm_user_late))::text AS first`,
  );
  const first = rows[0]?.first ?? undefined;
  return first === undefined || last === undefined ? [] : daysOf(first, addDays(last, 1));
}

async function checkRunningTotals(db: Queryable): Promise<TableCheck> {
  const last = (await closedThrough(db)) ?? '-infinity';
  let [all, beyond] = [0, 0];
  for (const table of ['llm_user_cum', 'llm_user_late']) {
    const {
      rows: [row],
    } = await db.query<{ all: string; beyond: string }>(
      `SELECT count(*)::text AS all, count(*) FILTER (WHERE day > $1::date)::text AS beyond FROM ${table}`,
      [last],
    );
    all += Number(row?.all);
    beyond += Number(row?.beyond);
  }
  const found = await distantDays(db, await closedDays(db), SHOWN);
  return {
    table: 'llm_user_cum',
    against: 'llm_user_day',
    rows: all,
    different: found.count + beyond,
    keys: found.keys,
  };
}

async function checkTopUsers(db: Queryable): Promise<TableCheck> {
  return { table: 'llm_user_top', against: 'llm_user_day', ...(await differingTopUsers(db, SHOWN)) };
}

async function checkLedger(db: Queryable): Promise<TableCheck> {
  const { rows, different } = await compareLedger(db);
  return {
    table: 'component_costs',
    against: 'llm_model_day',
    rows,
    different: different.length,
    keys: different.slice(0, SHOWN),
  };
}

/**
 * The ledger's rows of metered usage; `different` counts those that differ from usage, `keys` names their day and
 * component.
 */
export async function compareLedger(
  db: Queryable,
): Promise<{ readonly rows: number; readonly different: readonly string[] }> {
  const { rows: days } = await db.query<{ day: string }>('SELECT DISTINCT day::text AS day FROM llm_model_day');
  const expected = new Map(
    (
      await usageLedger(
        db,
        days.map(({ day }) => day),
        '9999-12-31',
      )
    ).map(({ day, component, amountUsd }) => [`${day} ${component}`, plain(amountUsd)]),
  );
  const { rows } = await db.query<{ key: string; amount: string | null }>(
    `SELECT day::text || ' ' || component AS key, amount_usd::text AS amount FROM component_costs WHERE provider = 'llm'
      AND source = 'api_usage'`,
  );
  const stored = new Map(rows.map(({ key, amount }) => [key, plain(amount)]));
  const names = [...new Set([...expected.keys(), ...stored.keys()])].toSorted();
  return {
    rows: names.length,
    different: names.filter((key) => !expected.has(key) || !stored.has(key) || expected.get(key) !== stored.get(key)),
  };
}

/** Without trailing zeros. */
function plain(amount: string | null): string | null {
  return amount?.includes('.') === true ? amount.replace(/\.?0+$/, '') : amount;
}
