import type { TestProject } from 'vitest/node';
import pg from 'pg';
import { migrate } from '../src/store/migrate.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A superuser's URL of the test cluster, and the name of a migrated template database in it. */
    testDatabaseUrl: string;
    testTemplate: string;
  }
}

/** One real Postgres for the whole run: TEST_DATABASE_URL, or an embedded cluster. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const url = process.env.TEST_DATABASE_URL;
  if (url === undefined) throw new Error('TEST_DATABASE_URL is not set');
  const template = `template_${process.pid}`;
  await execute(url, `CREATE DATABASE ${template}`);
  await migrate(databaseIn(url, template));
  project.provide('testDatabaseUrl', url);
  project.provide('testTemplate', template);
  return async () => {
    await execute(url, `DROP DATABASE ${template} WITH (FORCE)`);
  };
}

export function databaseIn(url: string, name: string): string {
  const result = new URL(url);
  result.pathname = `/${name}`;
  return result.href;
}

async function execute(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
