import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres } from '../src/store/embedded/start.ts';
import { migrate } from '../src/store/migrate.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A superuser's URL of the test cluster, and the name of a migrated template database in it. */
    testDatabaseUrl: string;
    testTemplate: string;
  }
}

/** One real Postgres for the whole run: TEST_DATABASE_URL, or an embedded cluster that lives as long as the run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env.TEST_DATABASE_URL;
  const cluster = given === undefined ? await temporaryCluster() : { url: given, stop: () => Promise.resolve() };
  const { url } = cluster;
  const template = `template_${process.pid}`;
  await execute(url, `CREATE DATABASE ${template}`);
  await migrate(databaseIn(url, template));
  project.provide('testDatabaseUrl', url);
  project.provide('testTemplate', template);
  return async () => {
    await execute(url, `DROP DATABASE ${template} WITH (FORCE)`);
    await cluster.stop();
  };
}

async function temporaryCluster(): Promise<{ url: string; stop: () => Promise<void> }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'marginboard-test-'));
  const log = { info: () => undefined, warn: (message: string) => console.error(message) };
  const cluster = await startEmbeddedPostgres({ dataDir, log, settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '200', shared_buffers: '128MB' } });
  return {
    url: cluster.url,
    async stop() {
      await cluster.stop();
      await rm(dataDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
    },
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
