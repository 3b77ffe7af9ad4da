import { DocumentUnreadable } from '../../invoices/documents/cipher.ts';
import type { StoredDocument } from '../../invoices/documents/store.ts';
import { HttpProblem } from '../http/problem.ts';
import type { ContentReply } from '../http/route.ts';

/** A stored file, byte for byte, as a download that no browser runs. */
export function fileReply({
  bytes,
  mediaType,
  fileName,
}: StoredDocument & { readonly fileName: string }): ContentReply {
  return {
    status: 200,
    contentType: mediaType,
    content: bytes,
    headers: {
      'Content-Disposition': attachment(fileName),
      'Content-Security-Policy': "default-src 'none'; sandbox",
      'X-Content-Type-Options': 'nosniff',
      'Cache-Control': 'private, no-store',
    },
  };
}

/** What the key does not open becomes a 409 that says so. */
export async function orUnreadable<Result>(load: Promise<Result>): Promise<Result> {
  try {
    return await load;
  } catch (error) {
    throw error instanceof DocumentUnreadable ? new HttpProblem(409, error.message) : error;
  }
}

/** RFC 6266: a plain name for old clients, the whole one percent-encoded. */
function attachment(fileName: string): string {
  const plain = fileName.replace(/[^\w.\- ]/g, '_');
  const encoded = encodeURIComponent(fileName.toWellFormed()).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
