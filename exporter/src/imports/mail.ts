import PostalMime, { type Attachment, type Email } from 'postal-mime';
import type { ImportWarning } from '../contract/imports.ts';
import type { ReadPart } from './billing-document.ts';
import { MAX_ATTACHMENTS } from './limits.ts';
import { readMailText } from './mail-text.ts';
import { ImportRefused } from './refusal.ts';
import { readStructured } from './structured/read-structured.ts';
import { contentOfSigned } from './signed-mail.ts';
import { cleaned } from './text.ts';
import { filesOfWinmail } from './winmail.ts';

/** A mail within a mail within a mail: nobody forwards an invoice more often. */
const MAX_NESTED = 4;

export interface ReadMail {
  readonly parts: readonly ReadPart[];
  readonly warnings: readonly ImportWarning[];
}

/** Rejects with ImportRefused. */
export async function parseMail(bytes: Uint8Array): Promise<Email> {
  return PostalMime.parse(bytes, { attachmentEncoding: 'arraybuffer', forceRfc822Attachments: true }).catch(() => {
    throw new ImportRefused('unreadable', 'The mail cannot be read: save it again as .eml.');
  });
}

/**
 * The documents that a mail carries: its PDFs and structured invoices, those of the mails attached to it, and what its
 * text says. Beside a document that was read, a text that names another amount is shown and proposes nothing.
 */
export async function readMail(mail: Email): Promise<ReadMail> {
  return readNested(mail, '', 0);
}

async function readNested(mail: Email, place: string, depth: number): Promise<ReadMail> {
  const warnings: ImportWarning[] = [];
  const files = mail.attachments.flatMap((attachment) => {
    try {
      return filesOf(attachment);
    } catch (error) {
      warnings.push(unreadWarning(error, attachment.filename ?? 'attachment'));
      return [];
    }
  });
  if (files.length > MAX_ATTACHMENTS)
    warnings.push({
      code: 'attachments_left_out',
      message: `Only the first ${MAX_ATTACHMENTS} of ${files.length} attachments were read.`,
    });
  const parts: ReadPart[] = [];
  for (const file of files.slice(0, MAX_ATTACHMENTS)) {
    try {
      const read = await readFile(file, place, depth);
      parts.push(...read.parts);
      warnings.push(...read.warnings);
    } catch (error) {
      warnings.push(unreadWarning(error, file.name));
    }
  }
  const text = readMailText(mail, `${place}mail text`);
  return { parts: text === undefined ? parts : [...parts, text], warnings };
}

function unreadWarning(error: unknown, name: string): ImportWarning {
  if (!(error instanceof ImportRefused)) throw error;
  return { code: `attachment_${error.code}`, message: `${name}: ${error.message}` };
}

interface File {
  readonly kind: 'pdf' | 'xml' | 'mail';
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What may be read of an attachment; an envelope of Outlook or S/MIME is opened. Throws ImportRefused. */
function filesOf({ filename, mimeType, content }: Attachment): File[] {
  const name = cleaned(filename ?? 'without a name').slice(0, 120);
  if (!(content instanceof ArrayBuffer)) return [];
  const bytes = new Uint8Array(content);
  if (/^application\/(?:ms-tnef|vnd\.ms-tnef)$/.test(mimeType) || /^winmail\.dat$/i.test(name))
    return filesOfWinmail(bytes).flatMap((file) => fileOf(cleaned(file.name).slice(0, 120), '', file.bytes) ?? []);
  if (/^application\/(?:x-)?pkcs7-mime$/.test(mimeType)) return [{ kind: 'mail', name, bytes: contentOfSigned(bytes) }];
  const file = fileOf(name, mimeType, bytes);
  return file === undefined ? [] : [file];
}

function fileOf(name: string, mimeType: string, bytes: Uint8Array): File | undefined {
  if (mimeType === 'application/pdf' || /\.pdf$/i.test(name) || isPdf(bytes)) return { kind: 'pdf', name, bytes };
  if (/^(?:application|text)\/(?:.+\+)?xml$/.test(mimeType) || /\.xml$/i.test(name))
    return { kind: 'xml', name, bytes };
  return mimeType === 'message/rfc822' || /\.eml$/i.test(name) ? { kind: 'mail', name, bytes } : undefined;
}

/** Some senders name neither its type nor its ending. */
const isPdf = (bytes: Uint8Array): boolean => Buffer.from(bytes.subarray(0, 5)).toString('latin1') === '%PDF-';

async function readFile({ kind, name, bytes }: File, place: string, depth: number): Promise<ReadMail> {
  const part = `${place}attachment ${name}`;
  if (kind === 'xml') return { parts: [readStructured(bytes, part)], warnings: [] };
  if (kind === 'mail') {
    if (depth >= MAX_NESTED)
      throw new ImportRefused('unreadable', 'It lies too deep in attached mails: save it as a file of its own.');
    return readNested(await parseMail(bytes), `${part}, `, depth + 1);
  }
  const { readPdf } = await import('./read-pdf.ts');
  return { parts: await readPdf(bytes, part, `${name}, `), warnings: [] };
}
