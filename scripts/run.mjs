// Every npm script ends up here: installs what the command needs, builds, and runs it on the pinned Node.
// Plain JavaScript that any Node from 18 on can run, because a fresh clone starts with it.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { audit } from './audit.mjs';
import { build } from './build.mjs';
import { CHECKS } from './checks.mjs';
import { ensureInstalled, npm, PINNED_NODE, ROOT, run } from './install.mjs';
import { supervise } from './supervise.mjs';

const DIST = join(ROOT, 'exporter', 'dist');
const RESULTS = join(ROOT, '.cache', 'checks.json');

const bin = (path, ...args) => run(PINNED_NODE, [join(ROOT, 'node_modules', ...path.split('/')), ...args]);
const formatCheck = () => bin('prettier/bin/prettier.cjs', '--check', '.', '--log-level', 'warn');
const lint = () => bin('eslint/bin/eslint.js', '.', '--max-warnings=0');
const typecheck = async () => {
  const projects = ['.', 'grafana-plugin'].filter((folder) => existsSync(join(ROOT, folder, 'tsconfig.json')));
  let worst = 0;
  for (const project of projects) worst = Math.max(worst, await bin('typescript/bin/tsc', '-p', project));
  return worst;
};
const vitest = (args) =>
  bin(
    'vitest/vitest.mjs',
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${join(ROOT, '.cache', 'vitest.json')}`,
    ...args,
  );

/** The exporter's bundle, then what the other workspaces build (plugin, dashboards). */
async function buildAll() {
  const code = await build({ clean: true });
  return code !== 0 ? code : npm(['run', 'build', '--workspaces', '--if-present', '--silent']);
}

/** Every check runs, so that one failure does not hide another; .ci/run reads the results afterwards. */
async function test(args) {
  const steps = { build: buildAll, 'format:check': formatCheck, lint, typecheck, tests: () => vitest(args) };
  const results = {};
  mkdirSync(join(ROOT, '.cache'), { recursive: true });
  const take = async (names) => {
    for (const name of names) {
      console.error(`\n— ${name} —`);
      results[name] = await steps[name]();
      writeFileSync(RESULTS, JSON.stringify(results));
    }
  };
  // The linter needs as long as all the others together, and one processor.
  await Promise.all([take(['lint']), take(CHECKS.filter((name) => name !== 'lint'))]);
  await take(['tests']);
  const failed = Object.keys(results).filter((name) => results[name] !== 0);
  console.error(failed.length === 0 ? '\nEverything passed.' : `\nFailed: ${failed.join(', ')}`);
  return failed.length === 0 ? 0 : 1;
}

async function command(name, args) {
  const code = await build();
  return code !== 0 ? code : supervise(join(DIST, `${name}.js`), args);
}

/** A script of another workspace, run as TypeScript by the pinned Node. */
const script = (path) => ({ set: 'full', run: (args) => supervise(join(ROOT, path), args) });
const exporter = (name) => ({ set: 'exporter', run: (args) => command(name, args) });

const COMMANDS = {
  start: exporter('main'),
  doctor: exporter('doctor'),
  sync: exporter('sync'),
  token: exporter('token'),
  'db:backup': exporter('db-backup'),
  'db:restore': exporter('db-restore'),
  'db:copy': exporter('db-copy'),
  'db:verify': exporter('db-verify'),
  erase: exporter('erase'),
  docs: exporter('docs'),
  build: { set: 'full', run: buildAll },
  'build:plugin': { set: 'full', run: () => npm(['run', 'build', '--workspace', 'grafana-plugin', '--silent']) },
  format: { set: 'full', run: () => bin('prettier/bin/prettier.cjs', '--write', '.', '--log-level', 'warn') },
  'format:check': { set: 'full', run: formatCheck },
  lint: { set: 'full', run: lint },
  typecheck: { set: 'full', run: typecheck },
  check: { set: 'full', run: async () => Math.max(await lint(), await typecheck(), await audit()) },
  test: { set: 'full', run: test },
  bench: script('benchmarks/src/main.ts'),
  soak: script('benchmarks/src/soak/main.ts'),
  dashboards: script('dashboards/src/main.ts'),
  e2e: script('e2e/run.ts'),
  'test:newest-grafana': script('tooling/newest-grafana/run.ts'),
  stack: script('provisioning/stack.ts'),
};

const [name = '', ...args] = process.argv.slice(2);
const chosen = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
if (!chosen) {
  console.error(`unknown command "${name}"; there are ${Object.keys(COMMANDS).join(', ')}`);
  process.exit(2);
}
await ensureInstalled(chosen.set);
process.exit(await chosen.run(args));
