import { randomBytes } from 'node:crypto';
import { chmod, link, mkdir, readFile, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Settings } from './schema.ts';

/**
 * The HS256 secret of the API: JWT_SECRET, or none when JWKS_URL verifies, or one that is made at the first start
 * and stored in DATA_DIR, readable by its owner only. Several processes that start at once agree on one.
 */
export async function jwtSecret(
  settings: Pick<Settings, 'JWT_SECRET' | 'JWKS_URL' | 'DATA_DIR'>,
): Promise<string | undefined> {
  if (settings.JWT_SECRET !== undefined) return settings.JWT_SECRET;
  if (settings.JWKS_URL !== undefined) return undefined;
  const path = jwtSecretPath(settings.DATA_DIR);
  return (await readSecret(path)) ?? (await make(settings.DATA_DIR, path));
}

export function jwtSecretPath(dataDir: string): string {
  return join(dataDir, 'jwt-secret');
}

async function make(dataDir: string, path: string): Promise<string> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const draft = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  await writeFile(draft, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' });
  try {
    // A link appears whole or not at all, and never replaces another process's secret.
    await link(draft, path);
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error;
  } finally {
    await unlink(draft);
  }
  const secret = await readSecret(path);
  if (secret === undefined) throw new Error(`${path} vanished while it was being made`);
  return secret;
}

async function readSecret(path: string): Promise<string | undefined> {
  try {
    const secret = (await readFile(path, 'utf8')).trim();
    if (Buffer.byteLength(secret) < 32)
      throw new Error(
        `${path} must hold at least 32 bytes: delete it to have a new one made (older tokens then stop working)`,
      );
    await chmod(path, 0o600);
    return secret;
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
