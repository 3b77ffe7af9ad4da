import { createHash } from 'node:crypto';
import { z } from 'zod';
import { OPEN_STATES } from '../../contract/inbox.ts';
import type { Queryable } from '../../database/queryable.ts';
import { seal, unseal } from './cipher.ts';

export interface NewDocument {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
  readonly fileName: string | null;
}

export interface StoredDocument {
  readonly bytes: Buffer;
  readonly mediaType: string;
  readonly fileName: string | null;
}

/** Stores an upload that no entry refers to yet; the same file again is one row. Returns its id. */
export async function storeDocument(
  db: Queryable,
  { bytes, mediaType, fileName }: NewDocument,
  key: string,
  now: Date,
): Promise<string> {
  const sha256 = createHash('sha256').update(bytes).digest();
  const { keyId, nonce, tag, ciphertext } = seal(bytes, sha256, key);
  // Under a new key the file is encrypted again: uploading it once more makes it readable.
  const { rows } = await db.query(
    `INSERT INTO invoice_documents AS d
       (sha256, media_type, file_name, size, key_id, nonce, tag, ciphertext, created_at, uploaded_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)
     ON CONFLICT (sha256) DO UPDATE SET uploaded_at = excluded.uploaded_at,
       key_id = excluded.key_id, nonce = excluded.nonce, tag = excluded.tag, ciphertext = excluded.ciphertext
     RETURNING id::text AS id`,
    [sha256, mediaType, fileName, bytes.byteLength, keyId, nonce, tag, ciphertext, now],
  );
  return z.tuple([z.object({ id: z.string() })]).parse(rows)[0].id;
}

/** Call in the transaction that stores the entries. False where the document is gone: it has to be uploaded again. */
export async function linkDocument(db: Queryable, documentId: string, seriesIds: readonly string[]): Promise<boolean> {
  const { rows } = await db.query('SELECT 1 FROM invoice_documents WHERE id = $1::bigint FOR KEY SHARE', [documentId]);
  if (rows.length === 0) return false;
  await db.query(
    `INSERT INTO invoice_document_links (series_id, document_id)
     SELECT DISTINCT series_id, $1::bigint FROM unnest($2::bigint[]) AS series_id
     ON CONFLICT (series_id) DO UPDATE SET document_id = excluded.document_id`,
    [documentId, seriesIds],
  );
  return true;
}

/** Those of the series that have a document. */
export async function seriesWithDocument(db: Queryable, seriesIds: readonly string[]): Promise<ReadonlySet<string>> {
  const { rows } = await db.query<{ series_id: string }>(
    'SELECT series_id::text AS series_id FROM invoice_document_links WHERE series_id = ANY($1::bigint[])',
    [seriesIds],
  );
  return new Set(rows.map((row) => row.series_id));
}

const COLUMNS = 'd.sha256, d.media_type, d.file_name, d.key_id, d.nonce, d.tag, d.ciphertext';
const stored = z.object({
  sha256: z.instanceof(Buffer),
  media_type: z.string(),
  file_name: z.string().nullable(),
  key_id: z.string(),
  nonce: z.instanceof(Buffer),
  tag: z.instanceof(Buffer),
  ciphertext: z.instanceof(Buffer),
});

/**
 * The document of one version of an invoice; undefined where there is none. Throws DocumentUnreadable where the key
 * does not open it.
 */
export async function loadDocument(
  db: Queryable,
  adjustmentId: string,
  key: string | undefined,
): Promise<StoredDocument | undefined> {
  const { rows } = await db.query(
    `SELECT ${COLUMNS}
     FROM manual_billing_adjustments a
     JOIN invoice_document_links l ON l.series_id = a.series_id
     JOIN invoice_documents d ON d.id = l.document_id
     WHERE a.id = $1::bigint`,
    [adjustmentId],
  );
  return opened(rows, key);
}

/** As `loadDocument`, by the id that `storeDocument` gave. */
export async function loadStoredDocument(
  db: Queryable,
  documentId: string,
  key: string | undefined,
): Promise<StoredDocument | undefined> {
  const { rows } = await db.query(
    `SELECT ${COLUMNS}
     FROM invoice_documents d WHERE d.id = $1::bigint`,
    [documentId],
  );
  return opened(rows, key);
}

function opened(rows: readonly unknown[], key: string | undefined): StoredDocument | undefined {
  const [row] = z.array(stored).parse(rows);
  if (row === undefined) return undefined;
  const { sha256, key_id: keyId, nonce, tag, ciphertext } = row;
  return {
    bytes: unseal({ keyId, nonce, tag, ciphertext }, sha256, key),
    mediaType: row.media_type,
    fileName: row.file_name,
  };
}

/** How long a mail that proposes nothing, or was dismissed, can still be opened and its decision undone. */
const UNWANTED_MAIL_DAYS = 30;

/**
 * Deletes documents older than `retentionDays` (0: all of them), uploads that were not confirmed within a day, and
 * mails that nobody wanted for a month. A mail that waits stays. Returns how many.
 */
export async function dropOldDocuments(db: Queryable, retentionDays: number, now: Date): Promise<number> {
  const { rowCount } = await db.query(
    `DELETE FROM invoice_documents d
     WHERE d.created_at <= $1::timestamptz - make_interval(days => $2)
       OR (d.uploaded_at < $1::timestamptz - interval '24 hours'
         AND NOT EXISTS (SELECT 1 FROM invoice_document_links l WHERE l.document_id = d.id)
         AND NOT EXISTS (SELECT 1 FROM invoice_inbox i WHERE i.document_id = d.id
           AND (i.state = ANY($4)
             OR coalesce(i.decided_at, i.stored_at) > $1::timestamptz - make_interval(days => $3))))`,
    [now, retentionDays, UNWANTED_MAIL_DAYS, OPEN_STATES],
  );
  return rowCount ?? 0;
}
