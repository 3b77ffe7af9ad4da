import type { MonthAnswer, MonthChangesAnswer, MonthStatement, MonthVersion } from '../../../contract/months.ts';
import type { Role } from '../../../contract/datasets.ts';
import { dayOf } from '../../../money/days.ts';
import { changeHistory } from '../../../months/change-history.ts';
import { monthChanges } from '../../../months/changes.ts';
import { frozenDocument, monthVersions, stateOf, type StoredVersion } from '../../../months/store.ts';
import type { Queryable } from '../../../database/queryable.ts';
import type { ApiDeps } from '../../deps.ts';
import { HttpProblem } from '../../http/problem.ts';
import type { ReadContext } from '../../reads/cached-reads.ts';
import { readPeriodFacts, readSyncState } from '../../shared/facts.ts';
import { readStatement } from './read-statement.ts';
import { statement } from './schema.ts';

type Deps = Pick<ApiDeps, 'collectors'>;

/** A context for work outside a cached answer. */
export function contextOf(db: Queryable, now: Date): ReadContext {
  const today = dayOf(now);
  return {
    db,
    now,
    today,
    syncState: () => readSyncState(db, today),
    periodFacts: (request) => readPeriodFacts(db, { ...request, today }),
    expires: () => undefined,
  };
}

export interface MonthReading extends Omit<MonthAnswer, 'frozen' | 'versions'> {
  readonly versions: readonly StoredVersion[];
  /** The stored text; undefined unless the month is closed. */
  readonly document: string | undefined;
}

/** The month as it is known now, and as it was closed. */
export async function readMonth(deps: Deps, context: ReadContext, month: string): Promise<MonthReading> {
  mustHaveBegun(month, context.today);
  const versions = await monthVersions(context.db, month);
  const newest = versions.at(-1);
  return {
    month,
    state: stateOf(month, newest, context.today),
    versions,
    live: await readStatement(deps, context, month),
    document: newest?.action === 'close' ? await frozenDocument(context.db, month, newest.version) : undefined,
  };
}

/** Throws a 404 for a month that is still to come. */
export function mustHaveBegun(month: string, today: string): void {
  if (`${month}-01` > today) throw new HttpProblem(404, `${month} has not begun yet.`);
}

/**
 * What has changed since the month was last closed; `present` is its statement of now, where that is read already. Throws
 * a 404 where the month never was closed.
 */
export async function readChanges(
  deps: Deps,
  context: ReadContext,
  month: string,
  role: Role,
  present?: MonthStatement,
): Promise<MonthChangesAnswer> {
  mustHaveBegun(month, context.today);
  const closed = (await monthVersions(context.db, month)).findLast(({ action }) => action === 'close');
  const document = closed && (await frozenDocument(context.db, month, closed.version));
  if (closed === undefined || document === undefined)
    throw new HttpProblem(404, `${month} was never closed, so that there is nothing to compare with.`);
  const frozen = statement.parse(JSON.parse(document));
  const live = present ?? (await readStatement(deps, context, month));
  const from = frozen.from;
  const to = live.to > frozen.to ? live.to : frozen.to;
  const { figures, changes } = monthChanges(frozen, live, await changeHistory(context.db, { from, to }, closed.at));
  return {
    month,
    version: closed.version,
    closedAt: closed.at,
    figures,
    changes: role === 'admin' ? changes : changes.map((change) => ({ ...change, by: null, reason: null })),
  };
}

/** Versions as the role may see them. */
export function versionsFor(role: Role, versions: readonly StoredVersion[]): MonthVersion[] {
  return versions.map(({ month: _, createdBy, reason, ...version }) => ({
    ...version,
    createdBy: role === 'admin' ? createdBy : null,
    reason: role === 'admin' ? reason : null,
  }));
}
