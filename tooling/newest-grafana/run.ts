import { spawnSync } from 'node:child_process';
import { cp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');
/** Below the project, so that what the newest Grafana does not replace is found in the project's own packages. */
const COPY = join(ROOT, '.cache', 'newest-grafana');
const COPIED = ['grafana-plugin/package.json', 'grafana-plugin/tsconfig.json', 'grafana-plugin/src'];
/** What the source imports from the exporter, and the boards that plugin.json includes. */
const BESIDE_IT = ['exporter/package.json', 'exporter/src/contract', 'dashboards/en', 'dashboards/fr'];
const OWN = ['package.json', 'package-lock.json', 'tsconfig.json', 'vitest.config.ts'];

/**
 * Type-checks the plugin and runs its tests with the packages of the newest Grafana (and the React of it), from a copy
 * of the source: arguments are passed to vitest. Ends with 1 where one of the two fails.
 */
async function main(args: readonly string[]): Promise<number> {
  await mkdir(COPY, { recursive: true });
  for (const path of ['grafana-plugin', 'exporter', 'dashboards'])
    await rm(join(COPY, path), { recursive: true, force: true });
  for (const path of [...COPIED, ...BESIDE_IT]) await cp(join(ROOT, path), join(COPY, path), { recursive: true });
  for (const path of OWN) await cp(join(import.meta.dirname, path), join(COPY, path));
  if (run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']) !== 0) return 1;
  const types = node('typescript/bin/tsc', '-p', 'grafana-plugin');
  const tests = node('vitest/vitest.mjs', 'run', '--root', '.', ...args);
  console.error(`\nNewest Grafana: types ${verdict(types)}, tests ${verdict(tests)}`);
  return types === 0 && tests === 0 ? 0 : 1;
}

const verdict = (code: number): string => (code === 0 ? 'passed' : 'failed');

function node(program: string, ...args: readonly string[]): number {
  return run(process.execPath, [join(ROOT, 'node_modules', program), ...args]);
}

function run(program: string, args: readonly string[]): number {
  return spawnSync(program, args, { cwd: COPY, stdio: 'inherit' }).status ?? 1;
}

process.exitCode = await main(process.argv.slice(2));
