import { join } from 'node:path';
import type { Settings } from './schema.ts';
import { storedSecret, type StoredSecret } from './stored-secret.ts';

const JWT_SECRET: StoredSecret = {
  name: 'jwt-secret',
  encode: (bytes) => bytes.toString('base64url'),
  check(secret, path) {
    if (Buffer.byteLength(secret) < 32)
      throw new Error(
        `${path} must hold at least 32 bytes: delete it to have a new one made (older tokens then stop working)`,
      );
  },
};

/**
 * The HS256 secret of the API: JWT_SECRET, or none when JWKS_URL verifies, or one that is made at the first start
 * and stored in DATA_DIR.
 */
export async function jwtSecret(
  settings: Pick<Settings, 'JWT_SECRET' | 'JWKS_URL' | 'DATA_DIR'>,
): Promise<string | undefined> {
  if (settings.JWT_SECRET !== undefined) return settings.JWT_SECRET;
  if (settings.JWKS_URL !== undefined) return undefined;
  return storedSecret(settings.DATA_DIR, JWT_SECRET);
}

export function jwtSecretPath(dataDir: string): string {
  return join(dataDir, JWT_SECRET.name);
}
