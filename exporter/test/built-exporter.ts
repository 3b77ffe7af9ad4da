import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The bundle that `npm start` runs; see `buildExporter`. */
export const BUILT = join(ROOT, 'exporter', 'dist', 'main.js');

/** Bundles the exporter as `npm start` does: what is measured or broken is what runs. */
export async function buildExporter(): Promise<void> {
  const build = pathToFileURL(join(ROOT, 'scripts', 'build.mjs')).href;
  const child = spawn(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `const { build } = await import(${JSON.stringify(build)}); process.exit(await build());`,
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  await once(child, 'exit');
  if (child.exitCode !== 0 || !existsSync(BUILT))
    throw new Error('the exporter could not be built: npm run build says why');
}
