import { readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { findBinaries } from './binaries.ts';

/**
 * Renames the embedded database of another major version of Postgres, which this one cannot read, so that a backup of it
 * can be restored in its place. Nothing is deleted. Returns where it is now; undefined where there is none.
 */
export async function setAsideOtherMajor(dataDir: string, now: Date): Promise<string | undefined> {
  const folder = join(dataDir, 'postgres');
  const found = (await readFile(join(folder, 'cluster', 'PG_VERSION'), 'utf8').catch(() => '')).trim();
  if (found === '' || found === (await findBinaries(join(folder, 'lib'))).major) return undefined;
  const aside = `${folder}-${found}-${now.toISOString().replaceAll(/[-:.]/g, '')}`;
  await rename(folder, aside);
  return aside;
}
