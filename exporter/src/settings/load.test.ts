import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { withEnvFile } from './environment.ts';
import { jwtSecret } from './jwt-secret.ts';
import { loadSettings, secretsOf, SETTING_NAMES, SettingsError } from './load.ts';
import { editDistance, closestSettingName } from './typos.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'settings-'));
});
afterEach(() => rm(folder, { recursive: true }));

function problemsOf(env: Record<string, string>): Record<string, string> {
  try {
    loadSettings(env);
  } catch (error) {
    if (error instanceof SettingsError)
      return Object.fromEntries(error.problems.map(({ name, message }) => [name, message]));
    throw error;
  }
  return {};
}

describe('loadSettings', () => {
  test('an empty environment gives the defaults, every key there', () => {
    const settings = loadSettings({});
    expect(settings).toMatchObject({ PORT: 9464, HOST: '127.0.0.1', SYNC_SCHEDULE: '30 0 * * *', DEMO: false });
    expect(Object.keys(settings).sort()).toEqual([...SETTING_NAMES].sort());
    expect(settings.STRIPE_SECRET_KEY).toBeUndefined();
  });

  test('budgets come by provider, each once, above 0', () => {
    expect(loadSettings({ BUDGETS_USD: 'all=900, llm=300.50' }).BUDGETS_USD).toEqual([
      { provider: 'all', monthUsd: '900' },
      { provider: 'llm', monthUsd: '300.50' },
    ]);
    expect(loadSettings({ BUDGETS_USD: 'all=900@80/50/80' }).BUDGETS_USD).toEqual([
      { provider: 'all', monthUsd: '900', thresholds: [50, 80, 100] },
    ]);
    expect(loadSettings({}).BUDGETS_USD).toBeUndefined();
    for (const wrong of ['900', 'all=0', 'all=-1', 'all=1,all=2', 'all=1,', 'All=1', 'all=1.234', 'llm: 3'])
      expect(problemsOf({ BUDGETS_USD: wrong })['BUDGETS_USD'], wrong).toMatch(/such as all=900,llm=300/);
  });

  test('row 34: every bad variable is named at once, no value is shown', () => {
    const env = {
      PORT: 'ninety',
      LOG_LEVEL: 'loudest',
      STRIPE_SECERT_KEY: 'sk_live_planted',
      JWT_SECRET: 'planted-short',
      DO_API_URL: 'http://planted.example',
      NOW: 'planted',
      SYNC_SCHEDULE: 'planted * *',
      WEAVIATE_MONTHLY_COST_USD: '1e3',
    };
    const problems = problemsOf(env);
    expect(Object.keys(problems).sort()).toEqual(Object.keys(env).sort());
    expect(problems['STRIPE_SECERT_KEY']).toBe('is no setting; did you mean STRIPE_SECRET_KEY?');
    expect(problems['PORT']).toBe('must be a whole number');
    expect(() => loadSettings(env)).toThrow(/PORT: must be a whole number/);
    expect(JSON.stringify(problems)).not.toMatch(/planted|ninety|loudest|1e3/);
  });

  test('an empty value counts as not set', () => {
    expect(loadSettings({ STRIPE_SECRET_KEY: '', PORT: ' ', DEMO: '' })).toMatchObject({
      PORT: 9464,
      DEMO: false,
      STRIPE_SECRET_KEY: undefined,
    });
  });

  test('a value may come from a file, without its last line end; both at once are refused, an unreadable one is named', async () => {
    const file = join(folder, 'key');
    await writeFile(file, 'sk_live_from_file\r\n');
    expect(loadSettings({ STRIPE_SECRET_KEY_FILE: file }).STRIPE_SECRET_KEY).toBe('sk_live_from_file');
    expect(problemsOf({ STRIPE_SECRET_KEY_FILE: file, STRIPE_SECRET_KEY: 'x' })).toEqual({
      STRIPE_SECRET_KEY: 'given twice: keep either STRIPE_SECRET_KEY or STRIPE_SECRET_KEY_FILE',
    });
    expect(problemsOf({ STRIPE_SECRET_KEY_FILE: join(folder, 'none') })).toEqual({
      STRIPE_SECRET_KEY_FILE: 'the file cannot be read (ENOENT)',
    });
  });

  test('listening beyond loopback needs a token or a word', () => {
    expect(Object.keys(problemsOf({ HOST: '0.0.0.0' }))).toEqual(['HOST']);
    expect(problemsOf({ HOST: '0.0.0.0', METRICS_PUBLIC: 'true' })).toEqual({});
    expect(problemsOf({ HOST: '::', METRICS_TOKEN: 'a-token-of-sixteen-chars' })).toEqual({});
    for (const HOST of ['localhost', '::1', '127.0.0.2']) expect(problemsOf({ HOST })).toEqual({});
  });

  test('a replica without its primary is refused; the schedule may be off', () => {
    expect(Object.keys(problemsOf({ READ_DATABASE_URL: 'postgres://replica/x' }))).toEqual(['READ_DATABASE_URL']);
    expect(problemsOf({ SYNC_SCHEDULE: 'off' })).toEqual({});
  });

  test('secrets are every secret value, and the passwords inside addresses', () => {
    const secrets = secretsOf(
      loadSettings({ STRIPE_SECRET_KEY: 'sk_live_1', DATABASE_URL: 'postgres://me:p%40ss@db/x', HOST: '127.0.0.1' }),
    );
    expect(secrets.sort()).toEqual(['p%40ss', 'p@ss', 'postgres://me:p%40ss@db/x', 'sk_live_1']);
  });
});

describe('typos', () => {
  test.each([
    ['STRIPE_SECERT_KEY', 'STRIPE_SECRET_KEY'],
    ['STRIPE_SECRET_KEY_FLIE', 'STRIPE_SECRET_KEY_FILE'],
    ['stripe_secret_key', 'STRIPE_SECRET_KEY'],
    ['JWT_SECRT', 'JWT_SECRET'],
  ])('%s was meant to be %s', (name, meant) => {
    const known = SETTING_NAMES.flatMap((one) => [one, `${one}_FILE`]);
    expect(closestSettingName(name, known)).toBe(meant);
  });
  test.each([
    'PORTS',
    'HOME',
    'STRIPE_SECRET_KEY',
    'SUPABASE_ANON_KEY',
    'TWILIO_API_KEY',
    'STRIPE_WEBHOOK_SECRET',
    'NODE_ENV',
    'HOSTNAME',
    'npm_config_prefix',
  ])('%s is none of ours', (name) => {
    expect(closestSettingName(name, SETTING_NAMES)).toBeUndefined();
  });
  test('a swap of neighbours is one edit', () => {
    expect(editDistance('abcd', 'abdc')).toBe(1);
    expect(editDistance('', 'abc')).toBe(3);
  });
});

test('.env stands beneath the real environment, from the first folder that has one', async () => {
  await writeFile(join(folder, '.env'), 'PORT=1234\nLOG_LEVEL="debug"\n# DEMO=true\n');
  const env = withEnvFile({ PORT: '9999' }, ['/nonexistent', folder]);
  expect(env).toEqual({ PORT: '9999', LOG_LEVEL: 'debug' });
});

describe('jwtSecret', () => {
  const settings = (DATA_DIR: string) => ({ JWT_SECRET: undefined, JWKS_URL: undefined, DATA_DIR });

  test('is made once, kept for its owner only, and the same for processes that start at once', async () => {
    const directory = join(folder, 'data');
    const secrets = await Promise.all(Array.from({ length: 8 }, () => jwtSecret(settings(directory))));
    expect(new Set(secrets).size).toBe(1);
    expect(Buffer.byteLength(secrets[0] ?? '')).toBeGreaterThanOrEqual(32);
    expect((await stat(join(directory, 'jwt-secret'))).mode & 0o777).toBe(0o600);
    expect(await jwtSecret(settings(directory))).toBe(secrets[0]);
  });

  test('a setting goes first, another issuer needs none, and a damaged file is reported', async () => {
    expect(await jwtSecret({ ...settings(folder), JWT_SECRET: 'given' })).toBe('given');
    expect(await jwtSecret({ ...settings(folder), JWKS_URL: 'https://issuer/keys' })).toBeUndefined();
    await writeFile(join(folder, 'jwt-secret'), 'short');
    await expect(jwtSecret(settings(folder))).rejects.toThrow('at least 32 bytes');
  });
});

test('a metrics token that no client could send is refused, and so is a revision that is not a name', () => {
  expect(problemsOf({ METRICS_TOKEN: 'sixteen letters!' })).toEqual({
    METRICS_TOKEN: expect.stringContaining('bearer token'),
  });
  expect(problemsOf({ MARGINBOARD_REVISION: 'a"b' })).toEqual({
    MARGINBOARD_REVISION: expect.stringContaining('commit id'),
  });
  expect(
    loadSettings({ METRICS_TOKEN: 'Az09._~+/=-------', MARGINBOARD_REVISION: '1.2.3-rc.1+abc' }).MARGINBOARD_REVISION,
  ).toBe('1.2.3-rc.1+abc');
  expect(loadSettings({}).MARGINBOARD_REVISION).toBe('unknown');
});
