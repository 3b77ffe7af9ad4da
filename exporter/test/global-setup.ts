import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { startEmbeddedCluster } from '../src/database/embedded/start.ts';
import { migrate } from '../src/database/migrate.ts';
import { createCitusDatabase, sealCitusDatabase } from './citus.ts';
import { listeningOnLoopback, overTcp } from './tcp.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A superuser's URL of the test cluster, and the name of a migrated template database in it. */
    testDatabaseUrl: string;
    testTemplate: string;
    /** A Citus coordinator on which tests make their databases (from a template of the same name), or nothing. */
    testCitusUrl: string;
  }
}

/**
 * One real Postgres for the whole run: TEST_DATABASE_URL, or an embedded cluster that lives as long as the run. With
 * TEST_ON_CITUS the tests' databases are distributed ones on the coordinator at CITUS_URL.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env.TEST_DATABASE_URL;
  const cluster = given === undefined ? await temporaryCluster() : { url: given, stop: () => Promise.resolve() };
  const { url } = cluster;
  const template = `template_${process.pid}`;
  await execute(url, `CREATE DATABASE ${template}`);
  await migrate(databaseIn(url, template));
  project.provide('testDatabaseUrl', url);
  project.provide('testTemplate', template);
  const distributed = await distributedTemplate(template);
  project.provide('testCitusUrl', distributed?.url ?? '');
  return async () => {
    await distributed?.drop();
    await execute(url, `DROP DATABASE ${template} WITH (FORCE)`);
    await cluster.stop();
  };
}

async function distributedTemplate(name: string): Promise<{ url: string; drop: () => Promise<void> } | undefined> {
  const { TEST_ON_CITUS: isWanted, CITUS_URL: url } = process.env;
  if (isWanted === undefined) return undefined;
  if (url === undefined) throw new Error("TEST_ON_CITUS needs CITUS_URL: a superuser's URL of a Citus coordinator");
  const { drop } = await createCitusDatabase(url, name);
  await sealCitusDatabase(url, name);
  return { url, drop };
}

async function temporaryCluster(): Promise<{ url: string; stop: () => Promise<void> }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'marginboard-test-'));
  const log = { info: () => undefined, warn: (message: string) => console.error(message) };
  const listening = await listeningOnLoopback();
  const cluster = await startEmbeddedCluster({
    dataDir,
    log,
    settings: {
      ...listening,
      fsync: 'off',
      synchronous_commit: 'off',
      full_page_writes: 'off',
      max_connections: '200',
      shared_buffers: '128MB',
    },
  });
  return {
    url: overTcp(cluster.superuserUrl, listening.port),
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
