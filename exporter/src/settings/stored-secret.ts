import { randomBytes } from 'node:crypto';
import { chmod, link, readFile, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeDataDir } from './data-dir.ts';

export interface StoredSecret {
  /** File below DATA_DIR. */
  readonly name: string;
  /** The text of a new secret, from 32 random bytes. */
  readonly encode: (bytes: Buffer) => string;
  /** Throws where the file's text cannot be used; says what to do. */
  readonly check: (text: string, path: string) => void;
}

/**
 * A secret of the installation, made at the first start and stored in DATA_DIR, readable by its owner only. Several
 * processes that start at once agree on one.
 */
export async function storedSecret(dataDir: string, secret: StoredSecret): Promise<string> {
  await makeDataDir(dataDir);
  const path = join(dataDir, secret.name);
  return (await readSecret(path, secret)) ?? (await makeSecret(path, secret));
}

async function makeSecret(path: string, secret: StoredSecret): Promise<string> {
  const draft = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  await writeFile(draft, `${secret.encode(randomBytes(32))}\n`, { mode: 0o600, flag: 'wx' });
  try {
    // A link appears whole or not at all, and never replaces another process's secret.
    await link(draft, path);
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error;
  } finally {
    await unlink(draft);
  }
  const made = await readSecret(path, secret);
  if (made === undefined) throw new Error(`${path} vanished while it was being made`);
  return made;
}

async function readSecret(path: string, { check }: StoredSecret): Promise<string | undefined> {
  try {
    const text = (await readFile(path, 'utf8')).trim();
    check(text, path);
    await chmod(path, 0o600);
    return text;
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined;
    // Reading fails without the name of what was read.
    if (isCode(error, 'EISDIR'))
      throw new Error(`${path} is a folder where a file is needed: remove it`, { cause: error });
    throw error;
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
