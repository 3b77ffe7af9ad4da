import { updateLlmLedger } from '../../llm/rollups/ledger.ts';
import {
  figuresOf,
  hasRows,
  insertRows,
  keyOf,
  readKnown,
  textOf,
  upsertRows,
  type UsageFigures,
  type UsageRow,
} from '../../llm/rollups/raw-rows.ts';
import { createRollupChanges, type RollupChanges } from '../../llm/rollups/rollup-changes.ts';
import { rawSince } from '../../llm/maintenance/raw-retention.ts';
import { loadStoredNames } from '../../llm/maintenance/erased-users.ts';
import { LOCK_USAGE } from '../../llm/rollups/rollup-sql.ts';
import { REPAIR_LIMITS, updateRunningTotals, type RepairLimits } from '../../llm/rollups/running-totals.ts';
import { ensureLlmPartitions } from '../../llm/maintenance/partitions.ts';
import type { Queryable } from '../../database/queryable.ts';
import { costOf, unpricedTokens, type LlmData, type LlmDay, type LlmRow, type LlmRows } from './data.ts';

/** Rows that are compared and written at once; beyond it memory grows, not speed. */
const BATCH = 4_000;

/**
 * Writes usage, its rollups, running totals and the cost ledger of its days; returns how many usage rows were new or
 * really changed. Nothing is deleted: what Prometheus no longer has stays as it was read. Needs a transaction.
 *
 * Raw rows and rollups are written by several statements: COPY, which takes half the time of an INSERT, can be no
 * part of another one. That they agree is the work of the transaction and of the lock, under which each rollup moves
 * by exactly the difference between what a raw row held and what it holds now.
 */
export async function storeUsage(tx: Queryable, data: LlmData, limits = REPAIR_LIMITS): Promise<number> {
  if (data.stored === undefined) return storeDays(tx, data.days, true, limits);
  await tx.query(LOCK_USAGE);
  await updateRunningTotals(tx, [], data.stored.complete);
  return 0;
}

/**
 * Writes some of a run's days like `storeUsage`, and leaves it to the end of the run to close them: older days follow,
 * each of which would move all running totals since.
 */
export function storeUsagePart(tx: Queryable, { days }: Pick<LlmData, 'days'>): Promise<number> {
  return storeDays(tx, days, false, REPAIR_LIMITS);
}

async function storeDays(
  tx: Queryable,
  found: readonly LlmDay[],
  closes: boolean,
  limits: RepairLimits,
): Promise<number> {
  await tx.query(LOCK_USAGE);
  const storedName = await loadStoredNames(tx);
  // Of days whose raw rows were dropped nothing tells what the rollups hold already: they stay as they are.
  const firstStoredDay = (await rawSince(tx)) ?? '';
  const days = found.filter(({ day }) => day >= firstStoredDay).toSorted((a, b) => compare(a.day, b.day));
  const names = days.map(({ day }) => day);
  const [first] = names;
  const last = names.at(-1);
  if (first === undefined || last === undefined) return 0;
  await ensureLlmPartitions(tx, first, last);
  const rollups = createRollupChanges();
  let changed = 0;
  for (const { day, rows } of days) {
    const isNew = !(await hasRows(tx, day));
    for (const batch of batchesOf(rows)) {
      const named = batch.map((row) => ({ ...row, user: storedName(row.user) }));
      changed += await storeBatch(tx, day, named, isNew, rollups);
    }
    await rollups.writeDays(tx);
  }
  await rollups.write(tx);
  const complete = closes ? days.filter(({ provisional }) => !provisional).at(-1)?.day : undefined;
  await updateRunningTotals(tx, rollups.days(), complete, limits);
  await updateLlmLedger(tx, names, days.find(({ provisional }) => provisional)?.day ?? '9999-12-31');
  return changed;
}

const NO_PARTS = { cacheWrite1h: 0, audioPrompt: 0, audioCompletion: 0, gatewayPrompt: 0, gatewayCompletion: 0 };

async function storeBatch(
  tx: Queryable,
  day: string,
  batch: readonly LlmRow[],
  isNew: boolean,
  rollups: RollupChanges,
): Promise<number> {
  const known = isNew
    ? new Map<string, string>()
    : await readKnown(tx, day, [...new Set(batch.map(({ user }) => user))]);
  const added: UsageRow[] = [];
  const changed: UsageRow[] = [];
  for (const found of batch) {
    const row = { ...NO_PARTS, ...found, cost: costOf(found), unpriced: unpricedTokens(found) };
    const text = known.get(keyOf(row));
    if (text === textOf(row)) continue;
    const before = text === undefined ? undefined : figuresOf(text);
    if (before !== undefined && found.partial && lowers(row, before)) continue;
    rollups.add(day, row, before);
    (before === undefined ? added : changed).push(row);
  }
  await insertRows(tx, day, added);
  await upsertRows(tx, day, changed);
  return added.length + changed.length;
}

/** A row whose history begins inside its day may lack usage that was stored before Prometheus lost it. */
function lowers(row: UsageFigures, before: UsageFigures): boolean {
  return (
    row.prompt + row.completion < before.prompt + before.completion ||
    row.requests < before.requests ||
    (row.reported ?? 0n) < (before.reported ?? 0n)
  );
}

/** In the order of the key, so that writers never wait for each other crosswise. */
function* batchesOf(rows: LlmRows): Iterable<LlmRow[]> {
  let batch: LlmRow[] = [];
  for (const row of Array.isArray(rows) ? sorted(rows) : rows) {
    batch.push(row);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

function sorted(rows: readonly LlmRow[]): LlmRow[] {
  return rows.toSorted(
    (a, b) => compare(a.user, b.user) || compare(a.provider, b.provider) || compare(a.model, b.model),
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
