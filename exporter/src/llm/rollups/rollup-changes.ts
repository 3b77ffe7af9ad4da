import { monthStart } from '../../money/days.ts';
import type { Micros } from '../../money/micros.ts';
import type { Queryable } from '../../database/queryable.ts';
import { amountOf, type UsageFigures, type UsageRow } from './raw-rows.ts';
import { added } from './rollup-sql.ts';

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

/** By date, then by name. */
type Changes = Map<string, Map<string, Change>>;

export function createRollupChanges(): RollupChanges {
  const userDays: Changes = new Map();
  const userMonths: Changes = new Map();
  const modelDays: Changes = new Map();
  const days = new Set<string>();
  return {
    add(day, row, before) {
      days.add(day);
      move(changeAt(userDays, day, row.user), row, before);
      move(changeAt(userMonths, monthStart(day), row.user), row, before);
      move(changeAt(modelDays, day, `${row.provider}\0${row.model}`), row, before);
    },
    days: () => [...days].sort(),
    async write(tx) {
      await writeUsers(tx, USER_DAY, userDays);
      await writeUsers(tx, USER_MONTH, userMonths);
      await writeModels(tx, modelDays);
    },
  };
}

function changeAt(changes: Changes, date: string, name: string): Change {
  const ofDate = changes.get(date) ?? new Map<string, Change>();
  changes.set(date, ofDate);
  const known = ofDate.get(name);
  if (known !== undefined) return known;
  const change: Change = {
    prompt: 0,
    completion: 0,
    cacheRead: 0,
    cacheWrite: 0,
    requests: 0,
    errors: 0,
    unpriced: 0,
    cost: 0n,
    isNew: false,
  };
  ofDate.set(name, change);
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

async function writeUsers(tx: Queryable, statement: string, changes: Changes): Promise<void> {
  for (const [date, byName] of changes) {
    const moved = [...byName].filter(([, change]) => change.isNew || isMove(change));
    if (moved.length > 0) await tx.query(statement, [date, moved.map(([user]) => user), ...figures(moved)]);
  }
  changes.clear();
}

async function writeModels(tx: Queryable, changes: Changes): Promise<void> {
  for (const [day, byName] of changes) {
    const moved = [...byName];
    const names = moved.map(([name]) => name.split('\0'));
    await tx.query(MODEL_DAY, [
      day,
      names.map(([provider]) => provider),
      names.map(([, model]) => model),
      ...figures(moved),
      moved.map(([, { cacheRead }]) => cacheRead),
      moved.map(([, { cacheWrite }]) => cacheWrite),
    ]);
  }
  changes.clear();
}

function isMove({ cost, prompt, completion, requests, errors, unpriced }: Change): boolean {
  return cost !== 0n || [prompt, completion, requests, errors, unpriced].some((count) => count !== 0);
}

/** In the order of FIGURES. */
function figures(moved: readonly (readonly [string, Change])[]): unknown[][] {
  const column = (value: (change: Change) => unknown): unknown[] => moved.map(([, change]) => value(change));
  return [
    column(({ cost }) => amountOf(cost)),
    column(({ prompt }) => prompt),
    column(({ completion }) => completion),
    column(({ requests }) => requests),
    column(({ errors }) => errors),
    column(({ unpriced }) => unpriced),
  ];
}

const FIGURES = ['cost_usd', 'prompt_tokens', 'completion_tokens', 'requests', 'errors', 'unpriced_tokens'] as const;

const ofUsers = (table: string, date: string): string => `
INSERT INTO ${table} AS t (user_id, ${date}, ${FIGURES.join(', ')})
SELECT user_id, $1::date, ${FIGURES.join(', ')}
FROM unnest($2::text[], $3::numeric[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[]) AS i(user_id, ${FIGURES.join(', ')})
ORDER BY user_id
ON CONFLICT (${date}, user_id) DO UPDATE SET ${added(...FIGURES)}`;

const USER_DAY = ofUsers('llm_user_day', 'day');
const USER_MONTH = ofUsers('llm_user_month', 'month');
const MODEL_DAY = `
INSERT INTO llm_model_day AS t (day, provider, model, ${FIGURES.join(', ')}, cache_read_tokens, cache_write_tokens)
SELECT $1::date, provider, model, ${FIGURES.join(', ')}, cache_read_tokens, cache_write_tokens
FROM unnest($2::text[], $3::text[], $4::numeric[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[])
  AS i(provider, model, ${FIGURES.join(', ')}, cache_read_tokens, cache_write_tokens)
ORDER BY provider, model
ON CONFLICT (day, provider, model) DO UPDATE SET ${added(...FIGURES, 'cache_read_tokens', 'cache_write_tokens')}`;
