import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

/** A document as it is stored. The nonce has 12 bytes, the tag 16. */
export interface Sealed {
  readonly keyId: string;
  readonly nonce: Buffer;
  readonly tag: Buffer;
  readonly ciphertext: Buffer;
}

/** A stored document that this installation's key does not open. */
export class DocumentUnreadable extends Error {
  override readonly name = 'DocumentUnreadable';
}

const ALGORITHM = 'aes-256-gcm';

/** 16 hexadecimal digits that name a key and say nothing about it. */
export function keyIdOf(key: string): string {
  return createHash('sha256')
    .update('marginboard document key\n')
    .update(Buffer.from(key, 'base64'))
    .digest('hex')
    .slice(0, 16);
}

/** AES-256-GCM under a key in base64, with a fresh nonce. The hash of the file is authenticated too: two stored rows cannot be swapped. */
export function seal(bytes: Uint8Array, sha256: Buffer, key: string): Sealed {
  const nonce = randomBytes(12);
  const cipher = createCipheriv(ALGORITHM, Buffer.from(key, 'base64'), nonce, { authTagLength: 16 });
  cipher.setAAD(sha256);
  const ciphertext = Buffer.concat([cipher.update(bytes), cipher.final()]);
  return { keyId: keyIdOf(key), nonce, tag: cipher.getAuthTag(), ciphertext };
}

/** The file, byte for byte. Throws DocumentUnreadable where the key is another one or the row was changed. */
export function unseal({ keyId, nonce, tag, ciphertext }: Sealed, sha256: Buffer, key: string | undefined): Buffer {
  if (key === undefined)
    throw new DocumentUnreadable(
      `The document is encrypted and this installation has no key: set DOCUMENT_KEY to the one with fingerprint ${keyId}.`,
    );
  if (keyId !== keyIdOf(key))
    throw new DocumentUnreadable(
      `The document was encrypted with another key (${keyId}; this installation has ${keyIdOf(key)}). ` +
        'Restore DATA_DIR/document-key from a backup, or set DOCUMENT_KEY to the key it was stored with.',
    );
  const decipher = createDecipheriv(ALGORITHM, Buffer.from(key, 'base64'), nonce, { authTagLength: 16 });
  decipher.setAAD(sha256);
  decipher.setAuthTag(tag);
  try {
    return Buffer.concat([decipher.update(ciphertext), decipher.final()]);
  } catch {
    throw new DocumentUnreadable('The stored document is damaged: restore the database from a backup.');
  }
}
