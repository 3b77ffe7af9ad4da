import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { createCitusDatabase, type CitusDatabase } from './citus.ts';
import { databaseIn } from './global-setup.ts';

export interface TestDatabase {
  readonly url: string;
  readonly pool: pg.Pool;
  /** Ends the pool and drops the database. */
  drop(): Promise<void>;
}

/** A fresh, migrated database of its own on the run's real Postgres. */
export function createTestDatabase(): Promise<TestDatabase> {
  const coordinator = inject('testCitusUrl');
  const template = inject('testTemplate');
  return coordinator === '' ? create(template) : createDistributed(coordinator, template);
}

/** A fresh, migrated database without any extension, also where the run's others are distributed. */
export function createPlainDatabase(): Promise<TestDatabase> {
  return create(inject('testTemplate'));
}

/** One without any table. */
export function createEmptyDatabase(): Promise<TestDatabase> {
  return create('template0');
}

async function create(template: string): Promise<TestDatabase> {
  const admin = inject('testDatabaseUrl');
  const name = `test_${randomBytes(6).toString('hex')}`;
  // Copying the files takes a quarter of what writing each page to the log does.
  await once(admin, `CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY file_copy`);
  // A pooler in front of the same server, to run any suite behind it (docs/scaling.md).
  return opened({
    url: databaseIn(process.env['TEST_DATABASE_POOLER'] ?? admin, name),
    drop: () => once(admin, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  });
}

async function createDistributed(coordinator: string, template: string): Promise<TestDatabase> {
  return opened(await createCitusDatabase(coordinator, `test_${randomBytes(6).toString('hex')}`, { template }));
}

/** With a pool, whose end comes before the database's. */
export function opened({ url, drop }: CitusDatabase): TestDatabase {
  const pool = new pg.Pool({ connectionString: url, max: 5 });
  pool.on('error', () => undefined);
  return {
    url,
    pool,
    async drop() {
      await pool.end();
      await drop();
    },
  };
}

async function once(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
