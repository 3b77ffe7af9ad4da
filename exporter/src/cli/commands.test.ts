import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BARE_ENVIRONMENT } from '../../test/bare-environment.ts';
import { createTestDatabase, type TestDatabase } from '../../test/database.ts';
import { startExporter, until } from '../../test/exporter-process.ts';

let database: TestDatabase;
let folder: string;
beforeEach(async () => {
  database = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'commands-'));
});
afterEach(async () => {
  await database.drop();
  await rm(folder, { recursive: true });
});

async function command(
  name: string,
  args: string[],
  env: Record<string, string> = {},
): Promise<{ code: unknown; out: string; err: string }> {
  const script = fileURLToPath(new URL(`./${name}.ts`, import.meta.url));
  const child = spawn(process.execPath, [script, ...args], {
    cwd: folder,
    env: { ...BARE_ENVIRONMENT, DATA_DIR: folder, DATABASE_URL: database.url, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => {
    out += String(chunk);
  });
  child.stderr.on('data', (chunk: Buffer) => {
    err += String(chunk);
  });
  const [code] = await once(child, 'close');
  return { code, out, err };
}

const PUBLISHABLE = { STRIPE_SECRET_KEY: 'pk_live_51PlantedPlantedPlantedPlanted' };

describe('npm run sync', () => {
  test('without any provider everything is skipped by name, which is fine', async () => {
    const { code, out } = await command('sync', []);
    expect(code).toBe(0);
    for (const name of [
      'DO_API_TOKEN',
      'STRIPE_SECRET_KEY',
      'WEAVIATE_URL',
      'SUPABASE_URL',
      'TWILIO_ACCOUNT_SID',
      'PROMETHEUS_URL',
    ])
      expect(out).toContain(name);
    expect((await database.pool.query('SELECT trigger, outcome FROM sync_runs')).rows).toEqual([
      { trigger: 'cli', outcome: 'succeeded' },
    ]);
  });

  test('a failure ends it with 1; a dry run leaves no trace; the key is nowhere', async () => {
    const { code, out, err } = await command(
      'sync',
      ['--dry-run', '--collectors', 'stripe', '--log-level', 'debug', '--json'],
      PUBLISHABLE,
    );
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      outcome: 'failed',
      collectors: [{ collector: 'stripe', outcome: 'failed', reason: 'publishable_key', kind: 'auth' }],
    });
    expect(err).toContain('"dryRun":true');
    expect(out + err).not.toContain('Planted');
    expect((await database.pool.query('SELECT 1 FROM sync_runs')).rows).toEqual([]);
  });

  test('another run in progress: 1, and its id', async () => {
    await database.pool.query(
      `INSERT INTO sync_runs (id, started_at, trigger, requested_by, lease_owner, lease_expires_at)
       VALUES ('7d9f9a40-0000-4000-8000-000000000000', now(), 'api', 'x', gen_random_uuid(), now() + interval '1 min')`,
    );
    const { code, out } = await command('sync', []);
    expect(code).toBe(1);
    expect(out).toContain('locked: synchronisation 7d9f9a40-0000-4000-8000-000000000000 is running');
  });

  test.each([
    [['--collectors', 'stripes'], 'digital_ocean, stripe'],
    [['--dryrun'], '--dryrun'],
    [['--collectors', ''], 'needs a name'],
  ])('used wrongly (%s): 2 and the usage', async (args, said) => {
    const { code, err } = await command('sync', args);
    expect(code).toBe(2);
    expect(err).toContain(said);
    expect(err).toContain('Usage: npm run sync');
  });

  test('a bad setting: 1 and its name', async () => {
    expect(await command('sync', [], { PORT: 'x' })).toMatchObject({
      code: 1,
      err: expect.stringContaining('PORT: must be a whole number'),
    });
  });

  test('beside a running exporter it uses that one’s embedded database', async () => {
    const exporter = await startExporter({ DATA_DIR: folder, SYNC_SCHEDULE: 'off' });
    await until(async () => (await fetch(`${exporter.url}/-/ready`)).status === 200);
    const { code, err } = await command('sync', ['--collectors', 'llm'], { DATABASE_URL: '', SYNC_SCHEDULE: 'off' });
    expect(code).toBe(0);
    expect(err).not.toContain('embedded PostgreSQL');
    const doctor = await command('doctor', ['--json'], { DATABASE_URL: '' });
    expect(doctor.out).toContain('last run of llm');
    expect(await exporter.end('SIGTERM')).toEqual([0, null]);
  });
});

describe('npm run doctor', () => {
  test('nothing configured is nothing broken: 0, and what to set for each', async () => {
    const { code, out, err } = await command('doctor', []);
    expect(code).toBe(0);
    expect(err).toBe('');
    expect(out).toMatch(/Stripe +would be skipped \(not_configured\)\n +.*STRIPE_SECRET_KEY/);
    expect(out).toContain('answers, with the newest schema');
  });

  test('a publishable key: 1, its reason and the remedy, never the key', async () => {
    const { code, out, err } = await command('doctor', ['--json'], PUBLISHABLE);
    expect(code).toBe(1);
    const report: unknown = JSON.parse(out);
    expect(report).toMatchObject({
      ok: false,
      providers: expect.arrayContaining([
        expect.objectContaining({ collector: 'stripe', state: 'broken', reason: 'publishable_key' }),
      ]),
    });
    expect(out + err).not.toContain('Planted');
  });
});

describe('npm run db:verify', () => {
  test('one line for each table and 0; 1 and the key where something differs; 0 after a repair', async () => {
    await database.pool.query(
      `INSERT INTO llm_metrics_history (user_id, day, provider, model, prompt_tokens, cost_usd)
       VALUES ('ada', '2026-03-01', 'p', 'm', 5, 1)`,
    );
    await database.pool.query(
      "INSERT INTO llm_user_day (user_id, day, prompt_tokens, cost_usd) VALUES ('ada', '2026-03-01', 5, 1)",
    );
    const differing = await command('db-verify', []);
    expect(differing.code).toBe(1);
    expect(differing.out).toMatch(/llm_user_day +1 rows compared with raw rows +equal\n/);
    expect(differing.out).toMatch(/llm_model_day +1 rows compared with raw rows +1 DIFFER, first 2026-03-01 p m\n/);
    const repaired = await command('db-verify', ['--repair']);
    expect(repaired.code).toBe(0);
    expect(repaired.out).toContain('repaired: llm_user_day 0, llm_model_day 1, llm_user_month 1');
    const fine = await command('db-verify', []);
    expect(fine).toMatchObject({ code: 0, err: '' });
    expect(fine.out).not.toContain('DIFFER');
    expect(
      fine.out
        .trim()
        .split('\n')
        .map((line) => line.split(' ')[0]),
    ).toEqual(['llm_user_day', 'llm_model_day', 'llm_user_month', 'llm_user_cum', 'llm_user_top', 'component_costs']);
  });

  test('a database of another version is not judged', async () => {
    await database.pool.query('DELETE FROM schema_migrations WHERE name = (SELECT max(name) FROM schema_migrations)');
    expect(await command('db-verify', [])).toMatchObject({
      code: 1,
      err: expect.stringContaining('start the exporter once'),
    });
  });
});
