import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { migrate } from '../src/database/migrate.ts';
import { documentedSql } from './documented-sql.ts';

const OBJECT_IN_USE = '55006';

/** A database of one name on a coordinator and its workers. */
export interface CitusDatabase {
  /** On the coordinator: what an exporter gets as DATABASE_URL. */
  readonly url: string;
  /** Drops it on every node. */
  drop(): Promise<void>;
}

/**
 * Makes a database on the Citus coordinator at `coordinator` and on the workers that are registered there, by the very
 * statements of docs/scaling.md: empty, or migrated and distributed; or from `template`, one that this made and
 * `seal`ed.
 */
export async function createCitusDatabase(
  coordinator: string,
  name: string,
  from: 'empty' | 'migrated' | { readonly template: string } = 'migrated',
): Promise<CitusDatabase> {
  const workers = await workersOf(coordinator);
  const nodes = [...workers, coordinator];
  const url = databaseIn(coordinator, name);
  const template = typeof from === 'object' ? from.template : 'template0';
  await Promise.all(nodes.map((node) => execute(node, [`CREATE DATABASE ${name} TEMPLATE ${template}`])));
  if (typeof from === 'string') {
    const { everyNode, nodes: registration, tables } = documentedStatements();
    await Promise.all(nodes.map((node) => execute(databaseIn(node, name), everyNode)));
    await execute(url, withHosts(registration, [coordinator, ...workers]));
    // Few shards: a test's rows are few, and each shard is a table on disk.
    if (from === 'migrated') {
      await migrate(url);
      await execute(url, ['SET citus.shard_count = 4', ...tables]);
    }
  }
  return {
    url,
    async drop() {
      await sealCitusDatabase(coordinator, name);
      await Promise.all(nodes.map((node) => dropDatabase(node, name)));
    },
  };
}

/** Citus' daemon may be closing still. */
async function dropDatabase(node: string, name: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await execute(node, [`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`]);
      return;
    } catch (error) {
      if (attempt === 10 || !(error instanceof Error && 'code' in error && error.code === OBJECT_IN_USE)) throw error;
      await sleep(100);
    }
  }
}

/**
 * Closes a database for good, so that it can be a template, or be dropped: Citus' own daemons connect to each, on
 * every node.
 */
export async function sealCitusDatabase(coordinator: string, name: string): Promise<void> {
  const statements = [
    `ALTER DATABASE ${name} ALLOW_CONNECTIONS false`,
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}'`,
  ];
  await Promise.all([...(await workersOf(coordinator)), coordinator].map((node) => execute(node, statements)));
}

/** The statements of docs/scaling.md: for every node, and for the coordinator its nodes and its tables. */
export function documentedStatements(): {
  readonly everyNode: string[];
  readonly nodes: string[];
  readonly tables: string[];
} {
  const [everyNode, nodes, tables] = documentedSql('Citus');
  if (everyNode === undefined || nodes === undefined || tables === undefined)
    throw new Error('docs/scaling.md must have three blocks of SQL under "Citus": every node, registration, tables');
  return { everyNode, nodes, tables };
}

/** Each statement that names a host and a port, with those of the nodes here, in order. */
function withHosts(statements: readonly string[], urls: readonly string[]): string[] {
  if (statements.length !== 3) throw new Error('docs/scaling.md must register a coordinator and two workers');
  const [first, second, third] = statements;
  return urls.flatMap((url, index) => {
    const { hostname, port } = new URL(url);
    const statement = [first, second][index] ?? third;
    return statement === undefined ? [] : [statement.replace(/'[^']+',\s*\d+/, `'${hostname}', ${port || '5432'}`)];
  });
}

async function workersOf(coordinator: string): Promise<string[]> {
  const rows = await execute(coordinator, [
    `SELECT nodename AS host, nodeport::text AS port FROM pg_dist_node WHERE noderole = 'primary' AND groupid <> 0
     ORDER BY nodeid`,
  ]);
  if (rows.length === 0)
    throw new Error(
      'the database of CITUS_URL knows no workers: register them there with citus_add_node, as in docs/scaling.md',
    );
  return rows.map(({ host, port }) => {
    const url = new URL(coordinator);
    url.hostname = host ?? '';
    url.port = port ?? '';
    return url.href;
  });
}

function databaseIn(url: string, name: string): string {
  const result = new URL(url);
  result.pathname = `/${name}`;
  return result.href;
}

async function execute(url: string, statements: readonly string[]): Promise<Record<string, string>[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    let rows: Record<string, string>[] = [];
    for (const statement of statements) ({ rows } = await client.query<Record<string, string>>(statement));
    return rows;
  } finally {
    await client.end();
  }
}
