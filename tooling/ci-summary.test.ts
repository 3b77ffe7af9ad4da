import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { CHECKS } from '../scripts/checks.mjs';

const SCRIPTS = join(import.meta.dirname, '..', 'scripts');
const ALL_GOOD = Object.fromEntries(CHECKS.map((name) => [name, 0]));
const FIVE_TESTS = { numPassedTests: 5, numFailedTests: 0, numPendingTests: 1, numTodoTests: 0, testResults: [] };

/** What the script prints for the results that a run has left in `.cache`, in a folder of its own. */
async function summaryOf(checks: unknown, tests: unknown, code: number): Promise<{ code: number; lines: string[] }> {
  const folder = await mkdtemp(join(tmpdir(), 'ci-summary-'));
  try {
    await mkdir(join(folder, 'scripts'));
    await mkdir(join(folder, '.cache'));
    for (const name of ['ci-summary.mjs', 'checks.mjs'])
      await copyFile(join(SCRIPTS, name), join(folder, 'scripts', name));
    if (checks !== undefined) await writeFile(join(folder, '.cache', 'checks.json'), JSON.stringify(checks));
    if (tests !== undefined) await writeFile(join(folder, '.cache', 'vitest.json'), JSON.stringify(tests));
    return await new Promise((resolve) => {
      execFile(process.execPath, [join(folder, 'scripts', 'ci-summary.mjs'), String(code)], (error, stdout) => {
        resolve({ code: error === null ? 0 : Number(error.code), lines: stdout.trim().split('\n') });
      });
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}

it('counts every check that npm test makes, the format among them', async () => {
  expect(CHECKS).toContain('format:check');
  expect(await summaryOf(ALL_GOOD, FIVE_TESTS, 0)).toEqual({
    code: 0,
    lines: [`${5 + CHECKS.length} passed, 0 failed, 1 skipped`],
  });
});

it.each(CHECKS)('names %s when it failed or did not run', async (name) => {
  for (const result of [1, undefined]) {
    const { code, lines } = await summaryOf({ ...ALL_GOOD, [name]: result }, FIVE_TESTS, 1);
    expect(lines).toEqual([`failed: ${name}`, `${4 + CHECKS.length} passed, 1 failed, 1 skipped`]);
    expect(code).toBe(1);
  }
});

it('a run with checks but without a single passed test has failed', async () => {
  for (const tests of [undefined, { ...FIVE_TESTS, numPassedTests: 0 }]) {
    const { code, lines } = await summaryOf(ALL_GOOD, tests, 0);
    expect(code).toBe(1);
    expect(lines).toContain('failed: npm test ended with 0');
  }
});
