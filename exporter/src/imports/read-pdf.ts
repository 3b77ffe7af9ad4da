import type { ReadPart } from './billing-document.ts';
import { readDocument } from './billing-document.ts';
import { completedBy } from './merge-documents.ts';
import { readPdfFile } from './pdf-text.ts';
import { ImportRefused } from './refusal.ts';
import { splitPages } from './split-pages.ts';
import { isStructured, readStructured } from './structured/read-structured.ts';

/**
 * A PDF's document. A structured invoice inside it (Factur-X, ZUGFeRD) goes first; the printed text fills in what that
 * leaves out, and is warned about where it says otherwise. Throws ImportRefused.
 */
export async function readPdf(bytes: Uint8Array, part: string, where = ''): Promise<ReadPart[]> {
  const { rows, attachments, refusal } = await readPdfFile(bytes, where);
  const structured = attachments.find(({ bytes: file }) => isStructured(file));
  if (structured === undefined) {
    if (rows.length === 0) throw refusal ?? new ImportRefused('no_text', 'The PDF has no text.');
    const documents = splitPages(rows);
    if (documents.length === 1) return [readDocument(rows, part)];
    return documents.map((pages) => readDocument(pages, [part, pages[0]?.place].filter(Boolean).join(', ')));
  }
  const printed = rows.length === 0 ? undefined : readDocument(rows, part);
  const exact = readStructured(structured.bytes, `${part}, ${structured.name}`);
  return [printed === undefined ? exact : completedBy(exact, printed)];
}
