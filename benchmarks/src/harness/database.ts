import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { migrate } from '../../../exporter/src/database/migrate.ts';
import { createPool } from '../../../exporter/src/database/pool.ts';

export interface Database {
  readonly url: string;
  readonly pool: pg.Pool;
  drop(): Promise<void>;
}

export interface Server {
  /** What runs, for the report. */
  readonly name: string;
  /** A fresh, migrated database. */
  create(): Promise<Database>;
  stop(): Promise<void>;
}

/**
 * BENCH_DATABASE_URL, or an embedded Postgres as the product runs it, with the product's own settings, in a temporary
 * folder.
 */
export async function openServer(): Promise<Server> {
  const given = process.env['BENCH_DATABASE_URL'];
  if (given !== undefined) return serverAt(given, async () => undefined, 'given');
  const { startEmbeddedCluster } = await import('../../../exporter/src/database/embedded/start.ts');
  const dataDir = await mkdtemp(join(tmpdir(), 'marginboard-bench-'));
  const cluster = await startEmbeddedCluster({
    dataDir,
    log: { info: () => undefined, warn: (message) => console.error(message) },
  });
  return serverAt(
    cluster.superuserUrl,
    async () => {
      await cluster.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
    'embedded, as shipped',
  );
}

async function serverAt(admin: string, stop: () => Promise<void>, kind: string): Promise<Server> {
  const version = await once(admin, 'SHOW server_version');
  return {
    name: `Postgres ${version.split(' ')[0] ?? version} (${kind})`,
    async create() {
      const name = `bench_${randomBytes(6).toString('hex')}`;
      await once(admin, `CREATE DATABASE ${name} TEMPLATE template0`);
      const url = Object.assign(new URL(admin), { pathname: `/${name}` }).href;
      await migrate(url);
      const pool = createPool(url, { applicationName: 'marginboard-bench', max: 4, statementTimeoutMs: 0 });
      return {
        url,
        pool,
        async drop() {
          await pool.end();
          await once(admin, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
        },
      };
    },
    stop,
  };
}

async function once(url: string, statement: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<string[]>({ text: statement, rowMode: 'array' });
    return rows[0]?.[0] ?? '';
  } finally {
    await client.end();
  }
}
