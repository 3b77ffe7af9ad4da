import { monthStart } from '../../money/days.ts';
import type { Micros } from '../../money/micros.ts';
import type { Queryable } from '../../database/queryable.ts';
import { amountOf, type UsageFigures, type UsageRow } from './raw-rows.ts';
import { addToRollup, MODEL_DAY, USER_DAY, USER_MONTH, type Rollup } from './rollup-sql.ts';

/** Collects by how much written raw rows change each rollup row; rows that do not change are not written. */
export interface RollupChanges {
  /** Counts a raw row that was written; `before` is what it held, undefined where it is new. */
  add(day: string, row: UsageRow, before: UsageFigures | undefined): void;
  /** Days whose rows were written, in order. */
  days(): string[];
  /** Adds and clears the differences by day, which are many; those by month go on being collected. */
  writeDays(tx: Queryable): Promise<void>;
  /** Adds all collected differences to the rollups and clears them; in the transaction that wrote the raw rows. */
  write(tx: Queryable): Promise<void>;
}

/** Sums of differences, costs in micro-USD. */
interface Change {
  prompt: number;
  completion: number;
  cacheRead: number;
  cacheWrite: number;
  gatewayPrompt: number;
  gatewayCompletion: number;
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
  async function writeDays(tx: Queryable): Promise<void> {
    await writeUsers(tx, ADD_USER_DAYS, userDays);
    await writeModels(tx, modelDays);
  }
  return {
    add(day, row, before) {
      days.add(day);
      move(changeAt(userDays, day, row.user), row, before);
      move(changeAt(userMonths, monthStart(day), row.user), row, before);
      move(changeAt(modelDays, day, `${row.provider}\0${row.model}`), row, before);
    },
    days: () => [...days].sort(),
    writeDays,
    async write(tx) {
      await writeDays(tx);
      await writeUsers(tx, ADD_USER_MONTHS, userMonths);
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
    gatewayPrompt: 0,
    gatewayCompletion: 0,
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
  change.gatewayPrompt += row.gatewayPrompt - (before?.gatewayPrompt ?? 0);
  change.gatewayCompletion += row.gatewayCompletion - (before?.gatewayCompletion ?? 0);
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
    await tx.query(ADD_MODEL_DAYS, [
      day,
      names.map(([provider]) => provider),
      names.map(([, model]) => model),
      ...figures(moved),
      moved.map(([, { cacheRead }]) => cacheRead),
      moved.map(([, { cacheWrite }]) => cacheWrite),
      moved.map(([, { gatewayPrompt }]) => gatewayPrompt),
      moved.map(([, { gatewayCompletion }]) => gatewayCompletion),
    ]);
  }
  changes.clear();
}

function isMove({ cost, prompt, completion, requests, errors, unpriced }: Change): boolean {
  return cost !== 0n || [prompt, completion, requests, errors, unpriced].some((count) => count !== 0);
}

/** In the order of the figures of USER_DAY. */
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

const USER_ARRAYS = `unnest($2::text[], $3::numeric[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],
  $8::bigint[])`;
const MODEL_ARRAYS = `unnest($2::text[], $3::text[], $4::numeric[], $5::bigint[], $6::bigint[], $7::bigint[],
  $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[])`;

/** $1: the day or month; then an array for each of the other keys and figures of the rollup. */
function addArrays(rollup: Rollup, arrays: string): string {
  const [date, ...names] = rollup.keys;
  const columns = [...names, ...rollup.figures].join(', ');
  return addToRollup(rollup, `SELECT $1::date AS ${date}, ${columns} FROM ${arrays} AS i(${columns})`);
}

const ADD_USER_DAYS = addArrays(USER_DAY, USER_ARRAYS);
const ADD_USER_MONTHS = addArrays(USER_MONTH, USER_ARRAYS);
const ADD_MODEL_DAYS = addArrays(MODEL_DAY, MODEL_ARRAYS);
