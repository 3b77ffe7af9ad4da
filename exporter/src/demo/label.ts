import type { SampleSource } from '../metrics/index.ts';
import type { Queryable } from '../database/queryable.ts';

/** True when the figures of this database are a demonstration's. */
export async function isDemo(db: Queryable): Promise<boolean> {
  const { rows } = await db.query<{ demo: boolean }>(
    'SELECT EXISTS (SELECT 1 FROM component_costs WHERE demo) OR EXISTS (SELECT 1 FROM revenue_daily WHERE demo) AS demo',
  );
  return rows[0]?.demo ?? false;
}

/** True when every figure of this database is a demonstration's, so that anybody may see them. */
export async function isOnlyDemo(db: Queryable): Promise<boolean> {
  const { rows } = await db.query<{ real: boolean }>(
    `SELECT EXISTS (SELECT 1 FROM component_costs WHERE NOT demo) OR EXISTS (SELECT 1 FROM revenue_daily WHERE NOT demo)
      OR EXISTS (SELECT 1 FROM manual_billing_adjustments WHERE NOT demo) AS real`,
  );
  return rows[0]?.real === false && (await isDemo(db));
}

/** The label of `/metrics`: present only while the figures are invented. */
export const demoSamples: SampleSource = async (db) =>
  (await isDemo(db)) ? [{ name: 'demo_data', labels: { kind: 'figures' }, value: 1 }] : [];
