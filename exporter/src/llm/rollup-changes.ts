import { monthStart } from '../money/days.ts';
import type { Micros } from '../money/micros.ts';
import type { Queryable } from '../store/queryable.ts';
import { amountOf, type UsageFigures, type UsageRow } from './raw-rows.ts';
import { added } from './rollups.ts';

/** How far the writing of raw rows moves each rollup row; what nothing moves is not written. */
export interface RollupChanges {
  /** One raw row was written; `before` is what it held, undefined where it is new. */
  add(day: string, row: UsageRow, before: UsageFigures | undefined): void;
  /** Days whose rows were written, in order. */
  days(): string[];
  /** Writes what was added up and forgets it, in the order of the keys; in the transaction that wrote the raw rows. */
  write(tx: Queryable): Promise<void>;
}

/** Sums of differences, costs in micro-USD. */
interface Change {
  prompt: number;
  completion: number;
  cacheRead: number;
  cacheWrite: number;
  requests: number;
  errors: number;
  unpriced: number;
  cost: Micros;
  /** A new raw row needs its rollup row, whatever its figures. */
  isNew: boolean;
}

interface Keyed {
  readonly key: readonly string[];
  readonly change: Change;
}

export function createRollupChanges(): RollupChanges {
  const userDays = new Map<string, Keyed>();
  const userMonths = new Map<string, Keyed>();
  const modelDays = new Map<string, Keyed>();
  const days = new Set<string>();
  return {
    add(day, row, before) {
      days.add(day);
      for (const [changes, key] of [[userDays, [day, row.user]], [userMonths, [monthStart(day), row.user]], [modelDays, [day, row.provider, row.model]]] as const) {
        move(changeAt(changes, key), row, before);
      }
    },
    days: () => [...days].sort(),
    async write(tx) {
      await writeUsers(tx, USER_DAY, userDays);
      await writeUsers(tx, USER_MONTH, userMonths);
      await writeModels(tx, modelDays);
    },
  };
}

function changeAt(changes: Map<string, Keyed>, key: readonly string[]): Change {
  const name = key.join('\0');
  const known = changes.get(name);
  if (known !== undefined) return known.change;
  const change: Change = { prompt: 0, completion: 0, cacheRead: 0, cacheWrite: 0, requests: 0, errors: 0, unpriced: 0, cost: 0n, isNew: false };
  changes.set(name, { key, change });
  return change;
}

function move(change: Change, row: UsageFigures, before: UsageFigures | undefined): void {
  change.prompt += row.prompt - (before?.prompt ?? 0);
  change.completion += row.completion - (before?.completion ?? 0);
  change.cacheRead += row.cacheRead - (before?.cacheRead ?? 0);
  change.cacheWrite += row.cacheWrite - (before?.cacheWrite ?? 0);
  change.requests += row.requests - (before?.requests ?? 0);
  change.errors += row.errors - (before?.errors ?? 0);
  change.unpriced += row.unpriced - (before?.unpriced ?? 0);
  change.cost += (row.cost ?? 0n) - (before?.cost ?? 0n);
  change.isNew ||= before === undefined;
}

async function writeUsers(tx: Queryable, statement: string, changes: Map<string, Keyed>): Promise<void> {
  const rows = [...changes.values()].filter(({ change: c }) => c.isNew || c.cost !== 0n || [c.prompt, c.completion, c.requests, c.errors, c.unpriced].some((count) => count !== 0));
  changes.clear();
  if (rows.length === 0) return;
  await tx.query(statement, [
    rows.map(({ key }) => key[0]), rows.map(({ key }) => key[1]), rows.map(({ change }) => amountOf(change.cost)), rows.map(({ change }) => change.prompt), rows.map(({ change }) => change.completion),
    rows.map(({ change }) => change.requests), rows.map(({ change }) => change.errors), rows.map(({ change }) => change.unpriced),
  ]);
}

async function writeModels(tx: Queryable, changes: Map<string, Keyed>): Promise<void> {
  const rows = [...changes.values()];
  changes.clear();
  if (rows.length === 0) return;
  await tx.query(MODEL_DAY, [
    rows.map(({ key }) => key[0]), rows.map(({ key }) => key[1]), rows.map(({ key }) => key[2]), rows.map(({ change }) => amountOf(change.cost)), rows.map(({ change }) => change.prompt), rows.map(({ change }) => change.completion),
    rows.map(({ change }) => change.requests), rows.map(({ change }) => change.errors), rows.map(({ change }) => change.unpriced), rows.map(({ change }) => change.cacheRead), rows.map(({ change }) => change.cacheWrite),
  ]);
}

const FIGURES = ['cost_usd', 'prompt_tokens', 'completion_tokens', 'requests', 'errors', 'unpriced_tokens'] as const;

const ofUsers = (table: string, date: string): string => `
INSERT INTO ${table} AS t (user_id, ${date}, ${FIGURES.join(', ')})
SELECT user_id, ${date}, ${FIGURES.join(', ')}
FROM unnest($1::date[], $2::text[], $3::numeric[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[]) AS i(${date}, user_id, ${FIGURES.join(', ')})
ORDER BY ${date}, user_id
ON CONFLICT (${date}, user_id) DO UPDATE SET ${added(...FIGURES)}`;

const USER_DAY = ofUsers('llm_user_day', 'day');
const USER_MONTH = ofUsers('llm_user_month', 'month');
const MODEL_DAY = `
INSERT INTO llm_model_day AS t (day, provider, model, ${FIGURES.join(', ')}, cache_read_tokens, cache_write_tokens)
SELECT day, provider, model, ${FIGURES.join(', ')}, cache_read_tokens, cache_write_tokens
FROM unnest($1::date[], $2::text[], $3::text[], $4::numeric[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[])
  AS i(day, provider, model, ${FIGURES.join(', ')}, cache_read_tokens, cache_write_tokens)
ORDER BY day, provider, model
ON CONFLICT (day, provider, model) DO UPDATE SET ${added(...FIGURES, 'cache_read_tokens', 'cache_write_tokens')}`;
