import { z } from 'zod';
import { BILLING_PATHS } from '../../../contract/billing.ts';
import type { ImportKind, ImportWarning } from '../../../contract/imports.ts';
import { loadDocument, storeDocument } from '../../../invoices/documents/store.ts';
import type { ApiDeps } from '../../deps.ts';
import { noBody } from '../../http/body.ts';
import { HttpProblem } from '../../http/problem.ts';
import { route, type Route } from '../../http/route.ts';
import { fileReply, orUnreadable } from '../../shared/file-reply.ts';
import { noQuery } from '../../shared/schemas.ts';
import { idParams } from '../billing/schema.ts';
import type { Upload } from './upload-body.ts';

const MEDIA_TYPES: Readonly<Record<ImportKind, string>> = {
  pdf: 'application/pdf',
  mail: 'message/rfc822',
  xml: 'application/xml',
  csv: 'text/csv',
};

/** The id of the stored upload, or why it is not stored. */
export async function storeUpload(
  { pool, documentKey, settings }: Pick<ApiDeps, 'pool' | 'documentKey' | 'settings'>,
  { bytes, fileName }: Upload,
  kind: ImportKind,
  now: Date,
): Promise<{ documentId: string | null; warnings: readonly ImportWarning[] }> {
  if (settings.DOCUMENT_RETENTION_DAYS === 0) return { documentId: null, warnings: [] };
  if (documentKey === undefined)
    return {
      documentId: null,
      warnings: [
        {
          code: 'document_not_stored',
          message:
            'The file itself is not stored: set DOCUMENT_KEY for it (or DOCUMENT_RETENTION_DAYS=0 if that is meant).',
        },
      ],
    };
  const document = { bytes, mediaType: MEDIA_TYPES[kind], fileName };
  return { documentId: await storeDocument(pool, document, documentKey, now), warnings: [] };
}

export function documentRoute({ pool, documentKey }: Pick<ApiDeps, 'pool' | 'documentKey'>): Route {
  return route({
    method: 'get',
    tag: 'Invoices',
    roles: ['admin'],
    audited: true,
    path: BILLING_PATHS.document,
    operationId: 'openInvoiceDocument',
    params: idParams,
    query: noQuery,
    body: noBody,
    summary: 'The uploaded file of an invoice',
    description: 'Byte for byte as it was uploaded, for download only. Noted in the audit log.',
    answers: {
      200: {
        description: 'The file.',
        contentType: 'application/octet-stream',
        schema: z.string().meta({ format: 'binary' }),
      },
      404: { description: 'No file is stored for this entry.' },
      409: { description: 'The file cannot be decrypted: DOCUMENT_KEY is another one, or the row is damaged.' },
    },
    async handle({ params }) {
      const document = await orUnreadable(loadDocument(pool, params.id, documentKey));
      if (document === undefined) throw new HttpProblem(404, `No document is stored for entry ${params.id}.`);
      return fileReply({
        ...document,
        fileName: document.fileName ?? `invoice-${params.id}${extensionOf(document.mediaType)}`,
      });
    },
  });
}

/** For a file that came without a name. */
function extensionOf(mediaType: string): string {
  const kind = Object.entries(MEDIA_TYPES).find(([, type]) => type === mediaType)?.[0];
  return kind === undefined ? '' : `.${kind === 'mail' ? 'eml' : kind}`;
}
