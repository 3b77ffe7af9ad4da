import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startApi, type TestApi } from '../../../../test/api-server.ts';
import { enterOne, HISTORY, MARCH, post } from '../../../../test/billing.ts';
import { createTestDatabase, type TestDatabase } from '../../../../test/database.ts';
import { replaceLedger } from '../../../ledger/replace-rows.ts';

const run = promisify(execFile);
const VALIDATOR = process.env['FOCUS_VALIDATOR'] ?? '';
const HAS_VALIDATOR = VALIDATOR !== '' && existsSync(VALIDATOR);
if (!HAS_VALIDATOR)
  console.warn('FOCUS_VALIDATOR names no focus-validator (PyPI, Python 3.12): the export is not judged by it here.');

/**
 * Faults of the validator itself (2.2.1): it wants EffectiveCost of every row to be 0, whatever is purchased, and
 * InvoiceId to be null in every row or in none, so that it fails wherever invoiced and other costs stand together.
 */
const FAULTS_OF_THE_VALIDATOR = [
  'EffectiveCost-C-005-C',
  'InvoiceId-C-000-O',
  'InvoiceId-C-003-C',
  'InvoiceId-C-004-C',
  'InvoiceId-C-005-C',
];

let database: TestDatabase;
let api: TestApi;
let folder = '';
beforeAll(async () => {
  if (!HAS_VALIDATOR) return;
  database = await createTestDatabase();
  api = await startApi(database.url);
  folder = await mkdtemp(join(tmpdir(), 'marginboard-focus-'));
});
afterAll(async () => {
  if (!HAS_VALIDATOR) return;
  await api.close();
  await database.drop();
  await rm(folder, { recursive: true });
});

/** The validator reads its list of currencies below the working directory. */
async function packagesOf(program: string): Promise<string> {
  const lib = join(dirname(dirname(program)), 'lib');
  const [python = ''] = (await readdir(lib)).filter((name) => name.startsWith('python3'));
  return join(lib, python, 'site-packages');
}

async function failedRules(csv: string): Promise<string[]> {
  const file = join(folder, 'focus.csv');
  await writeFile(file, csv);
  const args = ['--data-file', file, '--validate-version', '1.2.0.1', '--block-download'];
  const options = { cwd: await packagesOf(VALIDATOR), maxBuffer: 20_000_000 };
  // It ends with 1 where a rule fails; what it says is read either way.
  const output = await run(VALIDATOR, args, options).then(
    ({ stdout }) => stdout,
    (error: unknown) => (error instanceof Error && 'stdout' in error ? String(error.stdout) : ''),
  );
  expect(output).toMatch(/Total: \d+ \| Pass: [1-9]\d*/);
  return [...output.matchAll(/([A-Za-z]+-[CD]-\d{3}-[A-Z]): FAIL/g)].map(([, rule = '']) => rule).sort();
}

it.skipIf(!HAS_VALIDATOR)('passes the official validator but for its own faults', { timeout: 300_000 }, async () => {
  const february = { periodStart: '2026-02-01', periodEnd: '2026-03-01', amount: '28.00' };
  const days = ['2026-03-01', '2026-03-02'];
  await enterOne(api, { ...MARCH, invoiceNumber: 'S-1', taxAmount: '20.00' });
  await enterOne(api, { ...MARCH, provider: 'hetzner', amount: '62.00', currency: 'EUR', fxRate: '1.08' });
  await enterOne(api, { ...MARCH, amount: '-5.00', kind: 'credit', taxAmount: '-1.00', invoiceNumber: 'C-1' });
  await enterOne(api, { ...MARCH, provider: 'openai', component: 'fine-tuning', amount: '9.00', invoiceNumber: 'O-1' });
  const closed = await enterOne(api, { ...february, provider: 'weaviate', invoiceNumber: 'W-1', taxAmount: '5.60' });
  await post(api, `${HISTORY}/${closed.id}/correction`, { amount: '30.00', taxAmount: '6.00' });
  for (const [provider, source, component] of [
    ['twilio', 'api_usage', 'all'],
    ['digital_ocean', 'api_invoice', 'apps'],
    ['llm', 'api_usage', 'openai'],
    ['llm', 'api_usage', 'some-proxy'],
    ['weaviate', 'fixed', 'all'],
    ['supabase', 'estimate', 'all'],
  ] as const)
    await replaceLedger(
      database.pool,
      provider,
      source,
      days,
      days.map((day) => ({ day, component, amountUsd: '1.25' })),
    );
  await database.pool.query(
    `INSERT INTO llm_model_day (day, provider, model, prompt_tokens, completion_tokens)
     VALUES ('2026-03-01', 'openai', 'gpt-4o', 1000, 200)`,
  );
  const answer = await api.get('/api/v1/export/focus.csv');
  expect(answer.status).toBe(200);
  const failed = await failedRules(answer.text);
  expect(failed.filter((rule) => !FAULTS_OF_THE_VALIDATOR.includes(rule))).toEqual([]);
});
