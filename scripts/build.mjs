// Bundles the exporter and its commands to exporter/dist; packages stay outside but for ECharts, lazy imports stay lazy.
import { createRequire } from 'node:module';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT } from './install.mjs';

const SOURCE = join(ROOT, 'exporter', 'src');
const TARGET = join(ROOT, 'exporter', 'dist');

/**
 * ECharts is some seven hundred modules, and a page draws with some of them. Loading them all one by one stops the process for
 * seconds where it has little of a processor; as one file of what is used it is a tenth of that.
 */
const chartsInside = {
  name: 'charts-inside',
  setup({ onResolve }) {
    onResolve({ filter: /^(echarts|zrender|tslib)(\/|$)/ }, ({ path, resolveDir }) => ({
      path: createRequire(join(resolveDir, 'any.js')).resolve(path),
    }));
  },
};

/** Resolves to an exit code; esbuild itself prints what is wrong. */
export async function build({ clean = false } = {}) {
  const { build: bundle, stop } = await import('esbuild');
  const commands = join(SOURCE, 'cli');
  const entries = existsSync(commands)
    ? readdirSync(commands)
        .filter((name) => /^[a-z-]+\.ts$/.test(name))
        .map((name) => join(commands, name))
    : [];
  const workers = existsSync(SOURCE)
    ? readdirSync(SOURCE, { recursive: true }).filter((name) => /(^|[/\\])[a-z-]+\.worker\.ts$/.test(name))
    : [];
  const options = {
    absWorkingDir: ROOT,
    entryPoints: [join(SOURCE, 'main.ts'), ...entries, ...workers.map((name) => join(SOURCE, name))],
    outdir: TARGET,
    entryNames: '[name]',
    chunkNames: 'chunk-[name]-[hash]',
    bundle: true,
    splitting: true,
    packages: 'external',
    plugins: [chartsInside],
    format: 'esm',
    platform: 'node',
    target: 'node24',
    sourcemap: 'linked',
    write: false,
    logLevel: 'warning',
  };
  const result = await bundle(options).catch(() => undefined);
  // Its service process would live as long as this one.
  await stop();
  if (result === undefined) return 1;
  const written = new Set(result.outputFiles.map((file) => file.path));
  for (const file of result.outputFiles) writeWhole(file.path, file.contents);
  if (clean)
    for (const name of readdirSync(TARGET))
      if (!written.has(join(TARGET, name))) rmSync(join(TARGET, name), { recursive: true });
  return 0;
}

/** By rename, and only where it differs: another process may be running from this folder. */
function writeWhole(path, contents) {
  if (existsSync(path) && readFileSync(path).equals(contents)) return;
  mkdirSync(dirname(path), { recursive: true });
  const partial = `${path}.${process.pid}.part`;
  writeFileSync(partial, contents);
  renameSync(partial, path);
}
