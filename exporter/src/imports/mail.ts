import PostalMime, { type Email } from 'postal-mime';
import type { Found, ImportWarning, ReadDocument } from '../contract/imports.ts';
import { dateIn } from './periods.ts';
import { bare, currencyOf, providerOf, readDocument, vendorOf, type ReadPart } from './billing-document.ts';
import { dateField, moneyField, numberField, type FoundMoney } from './fields.ts';
import { moneyIn } from './amounts.ts';
import { MAX_ATTACHMENTS, MAX_TEXT_ROWS } from './limits.ts';
import { ImportRefused } from './refusal.ts';
import { cleaned, folded, quoted, rowOf, type Row } from './text.ts';
import { knownProvider } from './vendors.ts';

/** The documents that a mail carries: its PDFs, and what its text says. */
export async function readMail(bytes: Uint8Array): Promise<{ parts: ReadPart[]; warnings: ImportWarning[] }> {
  const mail = await PostalMime.parse(bytes, { attachmentEncoding: 'arraybuffer' }).catch(() => {
    throw new ImportRefused('unreadable', 'The mail cannot be read: save it again as .eml.');
  });
  const parts: ReadPart[] = [];
  const warnings: ImportWarning[] = [];
  const pdfs = mail.attachments.flatMap(({ filename, mimeType, content }) => {
    const name = cleaned(filename ?? 'without a name').slice(0, 120);
    if (!(content instanceof ArrayBuffer)) return [];
    return mimeType === 'application/pdf' || /\.pdf$/i.test(name) ? [{ name, bytes: new Uint8Array(content) }] : [];
  });
  if (pdfs.length > MAX_ATTACHMENTS)
    warnings.push({
      code: 'attachments_left_out',
      message: `Only the first ${MAX_ATTACHMENTS} of ${pdfs.length} PDFs were read.`,
    });
  const { rowsOfPdf } = await import('./pdf-text.ts');
  for (const pdf of pdfs.slice(0, MAX_ATTACHMENTS)) {
    try {
      const rows = await rowsOfPdf(pdf.bytes, `${pdf.name}, `);
      parts.push(readDocument(rows, `attachment ${pdf.name}`));
    } catch (error) {
      if (!(error instanceof ImportRefused)) throw error;
      warnings.push({ code: `attachment_${error.code}`, message: `${pdf.name}: ${error.message}` });
    }
  }
  const text = readText(mail);
  if (text !== undefined) parts.push(text);
  return { parts, warnings };
}

/** "Receipt from Supabase Pte Ltd $49.51 Paid October 9, 2026": the heading of Stripe's mails. */
const HEADING =
  /^(?:receipt from|invoice from|recu de|facture de|your receipt from|your invoice from|votre recu de|votre facture de) (.{2,80}?)(?= #| ?(?:us|ca|a)?[$€£¥]| \d|$)/;
const PAID = /\b(?:paid|paye|payee|regle)(?: on| le)? (.{6,24})/;

function readText(mail: Email): ReadPart | undefined {
  const rows = rowsOfText(mail);
  const heading = rows.find((row) => HEADING.test(folded(row.text)));
  const paidRow = rows.find((row) => PAID.test(folded(row.text)) && dateIn(row.text) !== undefined);
  const headingMoney = heading === undefined ? undefined : moneyIn(heading.text).at(0);
  const headed: FoundMoney | null =
    heading === undefined || headingMoney === undefined
      ? null
      : { value: headingMoney.amount, found: quoted(heading), confidence: 'medium', money: headingMoney };
  const paid =
    moneyField(rows, 'amountPaid') ?? (heading !== undefined && PAID.test(folded(heading.text)) ? headed : null);
  const due = moneyField(rows, 'amountDue');
  const vendor = vendorOfMail(mail, rows, heading);
  const receiptNumber = numberField(rows, 'receiptNumber');
  const invoiceNumber = numberField(rows, 'invoiceNumber');
  const total = moneyField(rows, 'total') ?? paid ?? due ?? headed;
  if (total === null && invoiceNumber === null && receiptNumber === null) return undefined;
  const document: ReadDocument = {
    type: 'mail',
    parts: ['mail text'],
    vendor,
    provider: providerOf(vendor),
    invoiceNumber,
    receiptNumber,
    billingDate: dateField(rows, 'issued') ?? dateField(rows, 'paidOn') ?? paidOn(paidRow) ?? sentOn(mail),
    currency: currencyOf(rows, [total, paid, due]),
    periodStart: null,
    periodEnd: null,
    subtotal: bare(moneyField(rows, 'subtotal')),
    tax: bare(moneyField(rows, 'tax')),
    total: bare(total),
    amountDue: bare(due),
    amountPaid: bare(paid),
    lines: [],
    linesMatchTotal: null,
  };
  return { document, warnings: [] };
}

function paidOn(row: Row | undefined): Found | null {
  const day = row === undefined ? undefined : dateIn(PAID.exec(folded(row.text))?.[1] ?? '');
  return row === undefined || day === undefined ? null : { value: day, found: quoted(row), confidence: 'medium' };
}

function sentOn(mail: Email): Found | null {
  const time = new Date(mail.date ?? '');
  return Number.isNaN(time.getTime())
    ? null
    : { value: time.toISOString().slice(0, 10), found: 'mail header Date', confidence: 'low' };
}

function vendorOfMail(mail: Email, rows: readonly Row[], heading: Row | undefined): Found | null {
  const name = heading === undefined ? undefined : HEADING.exec(folded(heading.text));
  if (heading !== undefined && name != null) {
    const length = name[1]?.length ?? 0;
    const end = name.index + name[0].length;
    return { value: heading.text.slice(end - length, end), found: quoted(heading), confidence: 'high' };
  }
  const sender = cleaned(mail.from?.name ?? '').slice(0, 120);
  if (sender !== '' && knownProvider(sender) !== undefined)
    return { value: sender, found: `mail header From: “${sender}”`, confidence: 'medium' };
  return vendorOf(rows);
}

/** The subject, then the plain text, or the HTML without its tags. */
function rowsOfText(mail: Email): Row[] {
  const body = mail.text?.trim() ? mail.text : textOfHtml(mail.html ?? '');
  const lines = body.split(/\r?\n/).slice(0, MAX_TEXT_ROWS);
  const rows = lines.flatMap(
    (line) =>
      rowOf(
        'mail text',
        line
          .slice(0, 2_000)
          .split(/\t| {3,}/)
          .map((text, index) => ({ text, x: index * 100 })),
      ) ?? [],
  );
  const subject = rowOf('mail subject', [{ text: (mail.subject ?? '').slice(0, 300), x: 0 }]);
  return subject === undefined ? rows : [...rows, subject];
}

const ENTITIES: Readonly<Record<string, string>> = {
  nbsp: ' ',
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  euro: '€',
  pound: '£',
  yen: '¥',
  ndash: '–',
  mdash: '–',
  eacute: 'é',
  egrave: 'è',
  agrave: 'à',
  ecirc: 'ê',
  ccedil: 'ç',
  ucirc: 'û',
};

export function textOfHtml(html: string): string {
  return html
    .replace(/<(style|script|head|title)\b[^<>]*>[\s\S]*?<\/\1>/gi, ' ')
    .replace(/[\r\n]+/g, ' ')
    .replace(/<\/?(?:p|div|tr|table|h[1-6]|li|ul|br)\b[^<>]*>/gi, '\n')
    .replace(/<\/?t[dh]\b[^<>]*>/gi, '\t')
    .replace(/<[^<>]*>/g, ' ')
    .replace(
      /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,8}));/gi,
      (whole: string, decimal?: string, hex?: string, name?: string) => {
        const code = decimal === undefined ? (hex === undefined ? NaN : Number.parseInt(hex, 16)) : Number(decimal);
        if (name !== undefined) return ENTITIES[name.toLowerCase()] ?? whole;
        return code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff) ? String.fromCodePoint(code) : ' ';
      },
    );
}
