import type { Settings } from './schema.ts';
import { storedSecret, type StoredSecret } from './stored-secret.ts';

/** 32 bytes in base64. */
export const DOCUMENT_KEY_PATTERN = /^[A-Za-z0-9+/_-]{43}=?$/;
export const DOCUMENT_KEY_HINT = 'must hold 32 bytes in base64, as `openssl rand -base64 32` prints';

const DOCUMENT_KEY: StoredSecret = {
  name: 'document-key',
  encode: (bytes) => bytes.toString('base64'),
  check(key, path) {
    if (!DOCUMENT_KEY_PATTERN.test(key))
      throw new Error(`${path} ${DOCUMENT_KEY_HINT}: restore the file from a backup of DATA_DIR`);
  },
};

/**
 * The key of the stored documents in base64: DOCUMENT_KEY, or with the embedded database one that is made at the first
 * start and stored beside it in DATA_DIR. Undefined for an own server without DOCUMENT_KEY: a key that only one of its
 * exporters has, perhaps in a folder that is gone after a restart, would lose the documents.
 */
export async function documentKey(
  settings: Pick<Settings, 'DOCUMENT_KEY' | 'DATABASE_URL' | 'DATA_DIR'>,
): Promise<string | undefined> {
  if (settings.DOCUMENT_KEY !== undefined) return settings.DOCUMENT_KEY;
  if (settings.DATABASE_URL !== undefined) return undefined;
  return storedSecret(settings.DATA_DIR, DOCUMENT_KEY);
}
