// What is installed, and what a command needs: plain JavaScript for Node 18 or newer, without packages.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { constants } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));
export const PINNED_NODE = join(ROOT, 'node_modules', '.bin', process.platform === 'win32' ? 'node.cmd' : 'node');
/** From here on the bundle runs as it does on the pinned one (`import.meta.main`). */
const OLDEST_NODE = [24, 2];
const STAMP = join(ROOT, 'node_modules', '.marginboard-installed.json');

/**
 * Installs what `set` needs unless it is there: 'exporter' (what runs) or 'full' (tests, lint, Grafana tool chain).
 * A full installation is never replaced by a smaller one.
 */
export async function ensureInstalled(set) {
  const present = presentSet();
  const hasNode = existsSync(PINNED_NODE) || (set === 'exporter' && isNewEnough());
  if (hasNode && (present === 'full' || present === set)) return;
  const wanted = set === 'full' || hasFullTree() ? 'full' : 'exporter';
  // The pinned Node is what install scripts are run for, and most of the download.
  const withoutNode = wanted === 'exporter' && isNewEnough();
  const scope = wanted === 'full' ? [] : ['--workspace', 'exporter', '--include-workspace-root'];
  console.error(
    `Installing ${wanted === 'full' ? 'all packages' : 'the packages of the exporter'} (once per lock file) …`,
  );
  const code = await npm([
    'ci',
    ...scope,
    '--include=dev',
    '--include=optional',
    ...(withoutNode ? ['--ignore-scripts'] : []),
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ]);
  if (code !== 0) {
    console.error(
      `\nnpm ci failed (exit code ${code}); its reason stands above.\n` +
        'It needs the npm registry once for each version of package-lock.json: ' +
        'check the network, a proxy (npm config get proxy)\n' +
        'and the registry (npm config get registry), then run the same command again.',
    );
    process.exit(code);
  }
  if (!withoutNode) ensurePinnedNode();
  writeFileSync(STAMP, `${JSON.stringify({ set: wanted, key: installKey() })}\n`);
}

/** The Node that runs the exporter: the pinned one where it is installed, else the machine's own. */
export function exporterNode() {
  return existsSync(PINNED_NODE) || !isNewEnough() ? PINNED_NODE : process.execPath;
}

function isNewEnough() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  return major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
}

/** The installed set according to the stamp, or to npm's own record after an `npm ci` by hand. */
function presentSet() {
  const stamp = readJson(STAMP);
  if (stamp?.key === installKey()) return stamp.set;
  // npm writes its record last, so an interrupted installation has none.
  const installed = readJson(join(ROOT, 'node_modules', '.package-lock.json'))?.packages;
  const locked = readJson(join(ROOT, 'package-lock.json'))?.packages;
  if (!installed || !locked) return undefined;
  const complete = Object.entries(locked).every(
    ([path, entry]) =>
      !path.includes('node_modules/') || entry.optional || entry.link || installed[path]?.version === entry.version,
  );
  return complete && !isForeign(installed) ? 'full' : undefined;
}

/** A folder copied from another kind of machine holds that machine's binaries. */
function isForeign(installed) {
  return !Object.keys(installed).includes(`node_modules/@esbuild/${process.platform}-${process.arch}`);
}

function hasFullTree() {
  return existsSync(join(ROOT, 'node_modules', 'vitest', 'package.json'));
}

/** Changes with the lock file (which npm ci holds the manifests to) and the kind of machine. */
function installKey() {
  return createHash('sha256')
    .update(`${process.platform}-${process.arch}`)
    .update(readFileSync(join(ROOT, 'package-lock.json')))
    .digest('hex');
}

/** Where install scripts are switched off (ignore-scripts), the pinned Node's own step is made up for. */
function ensurePinnedNode() {
  const folder = join(ROOT, 'node_modules', 'node');
  if (!existsSync(join(folder, 'bin', 'node'))) {
    spawnSync(bootstrapNode(), ['installArchSpecificPackage.js'], {
      cwd: folder,
      stdio: 'inherit',
      env: { ...process.env, npm_config_ignore_scripts: 'false' },
    });
  }
  const version = spawnSync(PINNED_NODE, ['--version'], { encoding: 'utf8' });
  if (version.status === 0) return;
  console.error(
    `The pinned Node (${PINNED_NODE}) does not run on this machine: ${version.error?.message ?? version.stderr}`,
  );
  process.exit(1);
}

/** The Node that npm itself runs on: the pinned one would be deleted by `npm ci` while it runs. */
function bootstrapNode() {
  return process.env.npm_node_execpath ?? process.execPath;
}

export function npm(args) {
  const cli = process.env.npm_execpath;
  return run(cli ? bootstrapNode() : 'npm', cli ? [cli, ...args] : args);
}

/** Runs a program to its end with this terminal; returns its exit code (128 + n after signal n). */
export function run(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: ROOT, stdio: 'inherit', ...options });
    const stop = (signal) => child.kill(signal);
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    for (const signal of signals) process.on(signal, stop);
    child.once('error', (error) => {
      console.error(`cannot run ${command}: ${error.message}`);
      resolve(127);
    });
    child.once('close', (code, signal) => {
      for (const name of signals) process.off(name, stop);
      resolve(code ?? 128 + (constants.signals[signal] ?? 0));
    });
  });
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
