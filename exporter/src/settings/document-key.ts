import { randomBytes } from 'node:crypto';
import { chmod, link, mkdir, readFile, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const KEY = /^[A-Za-z0-9+/_-]{43}=?$/;

/**
 * The key of the stored documents, 32 bytes: DOCUMENT_KEY, or one that is made at the first start and stored in
 * DATA_DIR, readable by its owner only. Several processes that start at once agree on one.
 */
export async function documentKey({
  DOCUMENT_KEY: given,
  DATA_DIR: dataDir,
}: {
  readonly DOCUMENT_KEY?: string | undefined;
  readonly DATA_DIR: string;
}): Promise<Buffer> {
  if (given !== undefined) return parseKey(given, 'DOCUMENT_KEY');
  const path = documentKeyPath(dataDir);
  return (await readKey(path)) ?? (await make(dataDir, path));
}

export function documentKeyPath(dataDir: string): string {
  return join(dataDir, 'document-key');
}

function parseKey(text: string, name: string): Buffer {
  if (!KEY.test(text)) throw new Error(`${name} must hold 32 bytes in base64, as \`openssl rand -base64 32\` prints`);
  return Buffer.from(text, 'base64');
}

async function make(dataDir: string, path: string): Promise<Buffer> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const draft = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  await writeFile(draft, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flag: 'wx' });
  try {
    // A link appears whole or not at all, and never replaces another process's key.
    await link(draft, path);
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error;
  } finally {
    await unlink(draft);
  }
  const key = await readKey(path);
  if (key === undefined) throw new Error(`${path} vanished while it was being made`);
  return key;
}

async function readKey(path: string): Promise<Buffer | undefined> {
  try {
    const key = parseKey((await readFile(path, 'utf8')).trim(), path);
    await chmod(path, 0o600);
    return key;
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
