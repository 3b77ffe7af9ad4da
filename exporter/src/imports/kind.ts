import type { ImportKind } from '../contract/imports.ts';
import { utf16Of } from './csv-text.ts';
import { ImportRefused } from './refusal.ts';

const PDF_WITHIN = 1_024;
const MAIL_HEADERS =
  /^(?:from|to|cc|subject|date|mime-version|received|message-id|content-type|return-path|delivered-to|x-[a-z0-9-]+|dkim-signature|reply-to)$/i;

/** What a file is by its content; names and content types are often wrong. */
export function kindOf(bytes: Uint8Array): ImportKind {
  const head = Buffer.from(bytes.subarray(0, 16 * 1024)).toString('latin1');
  if (head.slice(0, PDF_WITHIN).includes('%PDF-')) return 'pdf';
  if (isMail(head)) return 'mail';
  if (/^\s*<(?:\?xml|!DOCTYPE|!--|[A-Za-z])/.test(head.replace(/^\u00ef\u00bb\u00bf/, '')) || isWideXml(bytes))
    return 'xml';
  if (utf16Of(bytes) === undefined && /[\u0000-\u0008\u000e-\u001f]/.test(head))
    throw new ImportRefused(
      'unknown_kind',
      'The file is neither a PDF, nor a mail (.eml), nor a structured invoice (.xml), nor a CSV.',
    );
  return 'csv';
}

/** "<?xml" in UTF-16, after its byte order mark. */
function isWideXml(bytes: Uint8Array): boolean {
  const [first, second] = bytes;
  const little = first === 0xff && second === 0xfe;
  if (!little && !(first === 0xfe && second === 0xff)) return false;
  return new TextDecoder(little ? 'utf-16le' : 'utf-16be').decode(bytes.subarray(0, 40)).trimStart().startsWith('<');
}

/** At least two of a mail's headers before the first empty line, and nothing else before it. */
function isMail(head: string): boolean {
  let headers = 0;
  for (const line of head.replace(/^\u00ef\u00bb\u00bf/, '').split(/\r?\n/)) {
    if (line === '') break;
    if (/^[ \t]/.test(line) || (headers === 0 && line.startsWith('From '))) continue;
    const name = /^([A-Za-z0-9-]{2,60}):/.exec(line)?.[1];
    if (name === undefined) return false;
    if (MAIL_HEADERS.test(name)) headers += 1;
  }
  return headers >= 2;
}
