import type { ImportWarning, ReadUpload } from '../contract/imports.ts';
import type { ReadPart } from './billing-document.ts';
import { readCsv } from './csv.ts';
import { kindOf } from './kind.ts';
import { mergeDocuments } from './merge-documents.ts';
import { missingWarnings, propose } from './propose.ts';

/**
 * Reads an upload where it is called; `readUpload` does so in a thread of its own, with limits. Throws ImportRefused.
 */
export async function readBytes(bytes: Uint8Array): Promise<ReadUpload> {
  const kind = kindOf(bytes);
  if (kind === 'csv') return readCsv(bytes);
  if (kind === 'mail') {
    const { readMail } = await import('./mail.ts');
    const { parts, warnings } = await readMail(bytes);
    return ofParts('mail', parts, warnings);
  }
  const [{ readDocument }, { rowsOfPdf }] = await Promise.all([
    import('./billing-document.ts'),
    import('./pdf-text.ts'),
  ]);
  return ofParts('pdf', [readDocument(await rowsOfPdf(bytes), 'file')], []);
}

function ofParts(kind: 'pdf' | 'mail', parts: readonly ReadPart[], warnings: readonly ImportWarning[]): ReadUpload {
  const merged = mergeDocuments(parts);
  const proposals = merged.documents.map(propose);
  const statements = proposals.flatMap((proposal) => proposal.statements);
  const nothing =
    statements.length === 0
      ? [
          {
            code: 'nothing_found',
            message: 'No amount was found: this does not look like an invoice or receipt. Type the figures in.',
          },
        ]
      : [];
  return {
    kind,
    documents: merged.documents,
    statements,
    origins: proposals.flatMap((proposal, document) => proposal.statements.map(() => ({ document, row: null }))),
    rowErrors: [],
    warnings: [
      ...warnings,
      ...merged.warnings,
      ...merged.documents.flatMap(missingWarnings),
      ...proposals.flatMap((proposal) => proposal.warnings),
      ...nothing,
    ],
  };
}
