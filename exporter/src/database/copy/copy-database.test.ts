import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createEmptyDatabase, type TestDatabase } from '../../../test/database.ts';
import { oddRows } from '../../../test/odd-rows.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../embedded/start.ts';
import { migrate } from '../migrate.ts';
import { copyDatabase } from './copy-database.ts';

let dataDir: string;
let embedded: EmbeddedPostgres;
let target: TestDatabase;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'copy-'));
  embedded = await startEmbeddedPostgres({ dataDir, log: { info: () => undefined, warn: () => undefined } });
  await migrate(embedded.url);
  await onSource(SEED);
});
afterAll(async () => {
  await embedded.stop();
  await rm(dataDir, { recursive: true });
});
beforeEach(async () => {
  target = await createEmptyDatabase();
});
afterEach(async () => {
  await target.drop();
});

const SEED = `
  ${oddRows(2_000)}
  INSERT INTO sync_runs (id, started_at, trigger, requested_by, lease_owner, lease_expires_at)
    VALUES (gen_random_uuid(), now(), 'cron', 'test', gen_random_uuid(), now());
  INSERT INTO llm_user_day (user_id, day, cost_usd) VALUES ('ada', '2026-03-01', 2.5);
  INSERT INTO llm_user_cum (user_id, day, cost_usd, prompt_tokens, completion_tokens, requests, errors,
    unpriced_tokens, used_days) VALUES ('ada', '2026-03-01', 2.5, 0, 0, 0, 0, 0, 1);
  INSERT INTO llm_user_late (user_id, day, cost_usd, prompt_tokens, completion_tokens, requests, errors,
    unpriced_tokens, used_days) VALUES ('ada', '2026-03-01', 0.5, 0, 0, 0, 0, 0, 0);
  INSERT INTO llm_user_top (from_day, to_day, user_id, cost_usd, unpriced_tokens, position)
    VALUES ('2026-02-24', '2026-03-03', 'ada', 2.5, 0, 2.5);
  INSERT INTO usage_state (closed_through, raw_since) VALUES ('2026-03-01', '2026-02-01');`;

async function onSource(statements: string): Promise<void> {
  const client = new pg.Client({ connectionString: embedded.url });
  await client.connect();
  await client.query(statements);
  await client.end();
}

test('everything arrives: rows, partitions, versions of invoices, the next identity', async () => {
  // As an exporter leaves it that was started on the new database, and has nothing to read.
  await migrate(target.url);
  await target.pool.query("INSERT INTO usage_state (maintained_on) VALUES ('2026-03-02')");
  const copied = await copyDatabase(embedded.url, target.url);
  expect(
    (await target.pool.query('SELECT closed_through::text, raw_since::text, maintained_on FROM usage_state')).rows,
  ).toEqual([{ closed_through: '2026-03-01', raw_since: '2026-02-01', maintained_on: null }]);
  expect(
    (await target.pool.query('SELECT user_id, cost_usd FROM llm_user_cum NATURAL JOIN llm_user_top')).rows,
  ).toEqual([{ user_id: 'ada', cost_usd: '2.500000' }]);
  expect((await target.pool.query('SELECT user_id, cost_usd FROM llm_user_late')).rows).toEqual([
    { user_id: 'ada', cost_usd: '0.500000' },
  ]);
  const rows = new Map(copied.map(({ table, rows }) => [table, rows]));
  expect(rows.get('llm_metrics_history')).toBe('2001');
  expect(rows.get('manual_billing_adjustments')).toBe('2');
  expect([rows.has('schema_migrations'), rows.has('data_version')]).toEqual([false, false]);

  const march = await target.pool.query<{ n: string }>('SELECT count(*)::text AS n FROM llm_metrics_history_2026_03');
  expect(Number(march.rows[0]?.n)).toBeGreaterThan(1000);
  const odd = await target.pool.query<{ model: string; cost_usd: string | null }>(
    "SELECT model, cost_usd FROM llm_metrics_history WHERE user_id = ''",
  );
  expect(odd.rows).toEqual([{ model: '\\N', cost_usd: null }]);
  const next = await target.pool.query<{ id: string }>(
    `INSERT INTO manual_billing_adjustments (series_id, version, action, kind, provider, billing_date, period_start,
     period_end, amount, currency, created_by, created_at)
     VALUES (3, 1, 'entry', 'invoice', 'supabase', '2026-03-01', '2026-02-01', '2026-03-01', 1, 'USD', 'anna', now())
       RETURNING id::text`,
  );
  expect(next.rows).toEqual([{ id: '3' }]);
  await expect(target.pool.query('UPDATE manual_billing_adjustments SET amount = 0')).rejects.toThrow('append-only');
});

test('a target with data, or the source itself, is refused and left as it is', async () => {
  await migrate(target.url);
  await target.pool.query("INSERT INTO fx_rates (currency, day, usd_rate) VALUES ('EUR', '2026-01-01', 1.1)");
  await expect(copyDatabase(embedded.url, target.url)).rejects.toThrow('not empty (fx_rates has rows)');
  expect((await target.pool.query('SELECT 1 FROM llm_metrics_history')).rows).toEqual([]);
  await expect(copyDatabase(embedded.url, embedded.url)).rejects.toThrow('the same database');
});

test('a difference on arrival keeps nothing', async () => {
  await migrate(target.url);
  await target.pool.query(`
    CREATE FUNCTION tamper() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.amount := NEW.amount + 0.000001;
      RETURN NEW; END $$;
    CREATE TRIGGER tamper BEFORE INSERT ON manual_billing_adjustments FOR EACH ROW EXECUTE FUNCTION tamper();`);
  await expect(copyDatabase(embedded.url, target.url)).rejects.toThrow(
    'manual_billing_adjustments differs after copying',
  );
  expect((await target.pool.query('SELECT 1 FROM llm_metrics_history')).rows).toEqual([]);
});
