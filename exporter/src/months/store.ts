import { z } from 'zod';
import type { MonthState, MonthVersion } from '../contract/months.ts';
import { takeLock } from '../database/locks.ts';
import type { Queryable } from '../database/queryable.ts';
import { isoSql } from '../database/sql.ts';
import { addMonths, monthStart } from '../money/days.ts';
import { sha256Of } from './canonical.ts';

const versionRow = z.object({
  month: z.string(),
  version: z.int(),
  action: z.enum(['close', 'reopen']),
  sha256: z.string().nullable(),
  createdBy: z.string(),
  at: z.string(),
  reason: z.string().nullable(),
});
export type StoredVersion = z.output<typeof versionRow>;

const COLUMNS = `to_char(month, 'YYYY-MM') AS month, version, action, sha256, created_by AS "createdBy", reason,
  ${isoSql('created_at')} AS at`;

/** Every version of a month, oldest first. */
export async function monthVersions(db: Queryable, month: string): Promise<StoredVersion[]> {
  const { rows } = await db.query(
    `SELECT ${COLUMNS} FROM month_statements s WHERE s.month = $1::date ORDER BY s.version`,
    [`${month}-01`],
  );
  return z.array(versionRow).parse(rows);
}

/** The newest version of every month that was ever closed, newest month first. */
export async function newestVersions(db: Queryable): Promise<StoredVersion[]> {
  const { rows } = await db.query(
    `SELECT * FROM (SELECT DISTINCT ON (s.month) ${COLUMNS} FROM month_statements s ORDER BY s.month, s.version DESC) m
     ORDER BY month DESC`,
  );
  return z.array(versionRow).parse(rows);
}

/** The frozen statement of a version as the text whose hash is stored; undefined where the version froze nothing. */
export async function frozenDocument(db: Queryable, month: string, version: number): Promise<string | undefined> {
  const { rows } = await db.query<{ document: string | null }>(
    'SELECT document FROM month_statements WHERE month = $1::date AND version = $2',
    [`${month}-01`, version],
  );
  return rows[0]?.document ?? undefined;
}

export interface NewStatementVersion {
  readonly month: string;
  readonly version: number;
  /** Canonical JSON; null where the month is reopened. */
  readonly document: string | null;
  readonly reason: string | null;
  readonly by: string;
  readonly now: Date;
}

export async function storeVersion(
  tx: Queryable,
  { month, version, document, reason, by, now }: NewStatementVersion,
): Promise<string | null> {
  const sha256 = document === null ? null : sha256Of(document);
  await tx.query(
    `INSERT INTO month_statements (month, version, action, document, sha256, reason, created_by, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [`${month}-01`, version, document === null ? 'reopen' : 'close', document, sha256, reason, by, now],
  );
  return sha256;
}

/** Serializes closing and reopening, and gives the versions that there are. */
export async function lockMonth(tx: Queryable, month: string): Promise<StoredVersion[]> {
  await takeLock(tx, 'monthStatements');
  return monthVersions(tx, month);
}

/** `today` decides whether the month is over. */
export function stateOf(month: string, newest: Pick<MonthVersion, 'action'> | undefined, today: string): MonthState {
  if (newest?.action === 'close') return 'closed';
  if (newest !== undefined) return 'reopened';
  return addMonths(`${month}-01`, 1) > monthStart(today) ? 'running' : 'open';
}
