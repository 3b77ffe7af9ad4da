import type { CollectContext, Warning } from './contract.ts';
import { PROVIDERS, type CollectorName } from '../contract/providers.ts';

/** How long a count that fell to nothing is doubted. */
const DOUBTED_DAYS = 7;

/**
 * Counts that fell to nothing since the last days. An access filter (row-level security, roles, scopes) answers "no
 * rows" with success, just as an emptied account does, so that such a zero is a warning and no fact: the figure is
 * unknown for seven days and 0 only then.
 *
 * @param counts by column of the provider's table; null is not known
 */
export async function fallenCounts<Column extends string>(
  { db, today }: Pick<CollectContext, 'db' | 'today'>,
  provider: CollectorName,
  counts: Readonly<Record<Column, number | bigint | null>>,
  remedy: string,
): Promise<{ fallen: ReadonlySet<Column>; warnings: Warning[] }> {
  const fallen = new Set<Column>();
  const warnings: Warning[] = [];
  const { table, title } = PROVIDERS[provider];
  for (const column of keysOf(counts)) {
    if (table === null || counts[column] === null || BigInt(counts[column]) !== 0n) continue;
    const { rows } = await db.query<{ day: string; value: string }>(
      `SELECT recorded_at::text AS day, ${column}::text AS value FROM ${table}
       WHERE ${column} IS NOT NULL AND recorded_at >= $1::date - $2::int AND recorded_at <= $1::date AND NOT demo
       ORDER BY recorded_at DESC LIMIT 1`,
      [today, DOUBTED_DAYS],
    );
    const last = rows[0];
    if (last === undefined || BigInt(last.value) === 0n) continue;
    fallen.add(column);
    warnings.push({
      code: 'count_fell_to_zero',
      message: `${title} shows no ${column.replaceAll('_', ' ')} any more, and ${last.value} on ${last.day}. The figure is unknown until it is confirmed: ${remedy}. If really nothing is left, it is 0 from the ${DOUBTED_DAYS}th day on.`,
    });
  }
  return { fallen, warnings };
}

function keysOf<Key extends string>(record: Readonly<Record<Key, unknown>>): Key[] {
  return Object.keys(record).filter((key): key is Key => key in record);
}
