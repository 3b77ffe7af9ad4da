import type { Queryable } from '../../database/queryable.ts';
import { recordMrrDay, type RecordedDay } from '../../movements/record-day.ts';
import type { Day } from '../contract.ts';
import type { MrrSnapshot } from './snapshot.ts';

/** What moved MRR on a day, with the names of its plans; returns changed rows. */
export async function storeMovements(
  tx: Queryable,
  day: Day,
  { parts, planNames }: MrrSnapshot,
  state: Pick<RecordedDay, 'unread' | 'policy' | 'provisional'>,
): Promise<number> {
  const plans = new Map(parts.map(({ plan, product }) => [plan, { product, name: planNames.get(plan) ?? null }]));
  const named = await tx.query(PLANS, [
    [...plans.keys()],
    [...plans.values()].map(({ product }) => product),
    [...plans.values()].map(({ name }) => name),
  ]);
  return (named.rowCount ?? 0) + (await recordMrrDay(tx, { day, parts, ...state }));
}

const PLANS = `
INSERT INTO mrr_plans AS p (plan, product, name)
SELECT plan, product, name FROM unnest($1::text[], $2::text[], $3::text[]) AS u(plan, product, name) ORDER BY plan
ON CONFLICT (plan) DO UPDATE SET product = excluded.product, name = excluded.name
WHERE (p.product, p.name) IS DISTINCT FROM (excluded.product, excluded.name)`;
