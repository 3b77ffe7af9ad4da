import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../src/process/package-root.ts';

const REPOSITORY = join(packageRoot(), '..');

/** A release whose data folders must go on working: with a superuser and a port, before the socket and the roles. */
export const EARLIER_RELEASE = 'a62e594';

/** False in a shallow clone, and in sources without history. */
export function hasRelease(commit: string): boolean {
  return spawnSync('git', ['-C', REPOSITORY, 'cat-file', '-e', `${commit}^{commit}`], { stdio: 'ignore' }).status === 0;
}

/**
 * Puts an earlier release into `folder`, from the history of this repository, with the packages of its own lock file.
 * Resolves to the main file of its exporter.
 */
export async function checkOutRelease(commit: string, folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const archive = spawn('git', ['-C', REPOSITORY, 'archive', commit], { stdio: ['ignore', 'pipe', 'inherit'] });
  const unpack = spawn('tar', ['-x', '-C', folder], { stdio: [archive.stdout, 'ignore', 'inherit'] });
  await once(unpack, 'exit');
  const install = spawn('npm', [...NPM_CI.split(' ')], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  await once(install, 'exit');
  if (unpack.exitCode !== 0 || install.exitCode !== 0) throw new Error(`${commit} could not be set up in ${folder}`);
  return join(folder, 'exporter', 'src', 'main.ts');
}

/** Without scripts: it runs on the Node of the tests. */
const NPM_CI =
  'ci --workspace exporter --include-workspace-root --include=optional --ignore-scripts --prefer-offline --no-audit ' +
  '--no-fund --loglevel=error';
