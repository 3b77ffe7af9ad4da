import pg from 'pg';
import { expect } from 'vitest';
import { until } from '../exporter-process.ts';
import type { TestDatabase } from '../database.ts';
import type { Stage } from './stage.ts';
import type { System } from './system.ts';

/** A connection of the test's own, given back after the row. */
export async function connect(stage: Stage, { url }: TestDatabase): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  stage.after(() => client.end());
  return client;
}

/**
 * The exporter synchronises as if nothing had been; the moment in which it notices a broken connection may cost one
 * 503.
 */
export async function wellAgain(system: System): Promise<void> {
  const answer = await until(async () => {
    const one = await system.ask('/api/v1/metrics/sync-all', { method: 'POST' });
    return one.status !== 503 && one;
  });
  expect(answer.status, answer.text).toBe(200);
}

/** A statement of the exporter waits for a lock. */
export async function blocked(client: { query(text: string): Promise<{ rowCount: number | null }> }): Promise<void> {
  await until(
    async () =>
      (
        await client.query(
          `SELECT 1 FROM pg_stat_activity
           WHERE datname = current_database() AND application_name = 'marginboard' AND wait_event_type = 'Lock'`,
        )
      ).rowCount !== 0,
  );
}

export const cut = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
   WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name LIKE 'marginboard%'`;

/** Counts its calls outside of every transaction, and raises a conflict in the first of them. */
export const conflicting = (times: number): string => `
  CREATE SEQUENCE planted_conflicts;
  CREATE FUNCTION planted_conflict() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF nextval('planted_conflicts') <= ${times} THEN RAISE EXCEPTION 'planted' USING ERRCODE = '40P01'; END IF;
      RETURN NEW;
  END $$;
  CREATE TRIGGER planted BEFORE INSERT ON twilio_metrics FOR EACH STATEMENT EXECUTE FUNCTION planted_conflict();`;
