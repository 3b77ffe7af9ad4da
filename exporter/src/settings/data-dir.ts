import { lstat, mkdir, readdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/**
 * Makes the folder DATA_DIR (0700) with those above it; throws, before anything is written into it, what is wrong with
 * one that can only be a mistake: a file, a link to nothing, or the folder of a database itself, below which an empty
 * one would be made and the books would seem to be gone.
 */
export async function makeDataDir(dataDir: string): Promise<void> {
  const path = resolve(dataDir);
  await makeFolder(path);
  const names = new Set(await readdir(path));
  if (names.has('PG_VERSION') || (names.has('cluster') && names.has('password')))
    throw new Error(
      `DATA_DIR ${path} is the folder of a Postgres database itself: give the folder in which \`postgres\` is ` +
        `(${names.has('PG_VERSION') ? dirname(dirname(path)) : dirname(path)}), or an empty one`,
    );
}

/** Step by step: the recursive `mkdir` of Node never returns where the system creates nothing, as in /proc. */
async function makeFolder(path: string): Promise<void> {
  const found = await kindOf(path);
  if (found === 'folder') return;
  if (found === 'file') throw new Error(`${path} is a file where a folder is needed: remove it, or set DATA_DIR`);
  if (found === 'dangling') throw new Error(`${path} is a link to nothing: mend it, or set DATA_DIR`);
  await makeFolder(dirname(path));
  await mkdir(path, { mode: 0o700 }).catch(async (error: unknown) => {
    // Another process that starts at the same moment.
    if ((await kindOf(path)) === 'folder') return;
    throw isMissing(error) ? new Error(`${path} cannot be created there: set DATA_DIR`, { cause: error }) : error;
  });
}

async function kindOf(path: string): Promise<'folder' | 'file' | 'dangling' | undefined> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file';
  } catch (error) {
    // Below a file: what stands above it is found by the next step.
    if (error instanceof Error && 'code' in error && error.code === 'ENOTDIR') return undefined;
    if (!isMissing(error)) throw error;
    return lstat(path).then(
      // What is no link came since: another process that starts at the same moment made it.
      (found) => (found.isSymbolicLink() ? 'dangling' : found.isDirectory() ? 'folder' : 'file'),
      () => undefined,
    );
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
