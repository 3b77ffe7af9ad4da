import type { Email } from 'postal-mime';
import type { ImportWarning, ReadDocument, ReadUpload } from '../contract/imports.ts';
import type { ReadPart } from './billing-document.ts';
import { readCsv } from './csv.ts';
import { kindOf } from './kind.ts';
import { mergeDocuments } from './merge-documents.ts';
import { isCostless } from './document-type.ts';
import { missingWarnings, propose, type Proposal } from './propose.ts';

/**
 * Reads an upload where it is called; `readUpload` does so in a thread of its own, with limits. Throws ImportRefused.
 */
export async function readBytes(bytes: Uint8Array): Promise<ReadUpload> {
  const kind = kindOf(bytes);
  if (kind === 'csv') return readCsv(bytes);
  if (kind === 'mail') return readMailBytes(bytes);
  if (kind === 'xml') {
    const { readStructured } = await import('./structured/read-structured.ts');
    return ofParts('xml', [readStructured(bytes, 'file')], []);
  }
  const { readPdf } = await import('./read-pdf.ts');
  return ofParts('pdf', await readPdf(bytes, 'file'), []);
}

/** As `readBytes`, for what is known to be a mail whatever it looks like. `onMail` hears of it before it is read. */
export async function readMailBytes(bytes: Uint8Array, onMail?: (mail: Email) => void): Promise<ReadUpload> {
  const { parseMail, readMail } = await import('./mail.ts');
  const mail = await parseMail(bytes);
  onMail?.(mail);
  const { parts, warnings } = await readMail(mail);
  return ofParts('mail', parts, warnings);
}

function ofParts(
  kind: 'pdf' | 'mail' | 'xml',
  parts: readonly ReadPart[],
  warnings: readonly ImportWarning[],
): ReadUpload {
  const merged = mergeDocuments(parts);
  const proposals = merged.documents.map((document) =>
    isStrayText(document, merged.documents) ? strayText(document) : propose(document),
  );
  const statements = proposals.flatMap((proposal) => proposal.statements);
  const nothing =
    statements.length === 0 && merged.documents.every(({ documentType }) => !isCostless(documentType))
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
      ...merged.documents.filter(({ documentType }) => !isCostless(documentType)).flatMap(missingWarnings),
      ...proposals.flatMap((proposal) => proposal.warnings),
      ...nothing,
    ],
  };
}

/** The text of a mail beside documents with amounts of their own, to none of which it belongs. */
function isStrayText(document: ReadDocument, documents: readonly ReadDocument[]): boolean {
  return (
    document.type === 'mail' &&
    !isCostless(document.documentType) &&
    documents.some((other) => other.type !== 'mail' && (other.total ?? other.amountDue ?? other.amountPaid) !== null)
  );
}

function strayText({ parts }: ReadDocument): Proposal {
  const message = `${parts.join(', ')} names an amount that belongs to none of the attached documents: nothing is proposed for it.`;
  return { statements: [], warnings: [{ code: 'mail_text_left_out', message }] };
}
