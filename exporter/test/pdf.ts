import { deflateSync } from 'node:zlib';

/** One text on a page; the origin is at the bottom left, as in PDF. */
export interface PlacedText {
  readonly text: string;
  readonly x: number;
  readonly y: number;
}

export interface PdfOptions {
  /** Compresses the pages with Flate. */
  readonly compress?: boolean;
  /** Asks for a password that nobody knows. */
  readonly encrypted?: boolean;
  /** Replaces the first page's content by this stream, with its filter. */
  readonly rawContent?: { readonly bytes: Uint8Array; readonly filter: string };
  /** Files inside the PDF, as Factur-X carries its XML. */
  readonly files?: readonly (readonly [name: string, bytes: Uint8Array])[];
}

/** WinAnsi, as far as invoices need it. */
const ANSI: Readonly<Record<string, number>> = { '–': 0x96, '—': 0x97, '€': 0x80, '’': 0x92, '\u202f': 0xa0 };

function literal(text: string): string {
  const bytes = [...text].map((letter) => ANSI[letter] ?? letter.charCodeAt(0));
  return `<${bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('')}>`;
}

/** A whole PDF, written by hand: every page a list of texts in Helvetica 9. */
export function makePdf(pages: readonly (readonly PlacedText[])[], options: PdfOptions = {}): Buffer {
  const parts: Buffer[] = [Buffer.from('%PDF-1.4\n')];
  const offsets: number[] = [];
  let length = 9;
  const add = (...chunks: (string | Uint8Array)[]): void => {
    for (const chunk of chunks) {
      const bytes = Buffer.from(chunk);
      parts.push(bytes);
      length += bytes.length;
    }
  };
  const object = (...chunks: (string | Uint8Array)[]): void => {
    offsets.push(length);
    add(`${offsets.length} 0 obj\n`, ...chunks, '\nendobj\n');
  };
  const pageIds = pages.map((_, index) => 4 + index * 2);
  const files = options.files ?? [];
  const names = files.map(([name], index) => `(${name}) ${5 + pages.length * 2 + index * 2} 0 R`).join(' ');
  object(
    `<< /Type /Catalog /Pages 2 0 R${files.length === 0 ? '' : ` /Names << /EmbeddedFiles << /Names [${names}] >> >>`} >>`,
  );
  object(`<< /Type /Pages /Count ${pages.length} /Kids [${pageIds.map((id) => `${id} 0 R`).join(' ')}] >>`);
  object('<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>');
  for (const [index, texts] of pages.entries()) {
    object(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents ${5 + index * 2} 0 R /Resources << /Font ` +
        '<< /F1 3 0 R >> >> >>',
    );
    const plain = Buffer.from(
      texts.map(({ text, x, y }) => `BT /F1 9 Tf ${x} ${y} Td ${literal(text)} Tj ET`).join('\n'),
      'latin1',
    );
    const raw = index === 0 ? options.rawContent : undefined;
    const content = raw?.bytes ?? (options.compress === true ? deflateSync(plain) : plain);
    const filter = raw?.filter ?? (options.compress === true ? '/FlateDecode' : '');
    object(
      `<< /Length ${content.length}${filter === '' ? '' : ` /Filter ${filter}`} >>\nstream\n`,
      content,
      '\nendstream',
    );
  }
  for (const [name, bytes] of files) {
    const packed = deflateSync(bytes);
    object(`<< /Type /EmbeddedFile /Length ${packed.length} /Filter /FlateDecode >>\nstream\n`, packed, '\nendstream');
    object(`<< /Type /Filespec /F (${name}) /UF (${name}) /EF << /F ${offsets.length} 0 R >> >>`);
  }
  if (options.encrypted === true)
    object(`<< /Filter /Standard /V 1 /R 2 /P -4 /O <${'5a'.repeat(32)}> /U <${'a5'.repeat(32)}> >>`);
  const start = length;
  const encrypt =
    options.encrypted === true
      ? ` /Encrypt ${offsets.length} 0 R /ID [<00112233445566778899aabbccddeeff> <00112233445566778899aabbccddeeff>]`
      : '';
  add(
    `xref\n0 ${offsets.length + 1}\n0000000000 65535 f \n`,
    ...offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`),
  );
  add(`trailer\n<< /Size ${offsets.length + 1} /Root 1 0 R${encrypt} >>\nstartxref\n${start}\n%%EOF\n`);
  return Buffer.concat(parts);
}

/** Rows from top to bottom, columns as Stripe's billing places them. */
export function pageOf(rows: readonly (readonly [x: number, text: string][] | string)[]): PlacedText[] {
  return rows.flatMap((row, index) =>
    (typeof row === 'string' ? [[40, row] as const] : row).map(([x, text]) => ({ text, x, y: 800 - index * 14 })),
  );
}

export interface InvoiceLine {
  readonly description: string;
  readonly quantity?: string;
  readonly unit?: string;
  readonly amount: string;
  readonly period?: string;
}

export interface InvoiceText {
  readonly title?: string;
  /** Label and value of the head: number, dates. */
  readonly head: readonly (readonly [string, string])[];
  readonly vendor: string;
  readonly billTo?: string;
  readonly headline?: string;
  readonly columns?: readonly [string, string, string, string];
  readonly lines: readonly InvoiceLine[];
  readonly totals: readonly (readonly [string, string])[];
  /** Rows under the totals, from the left margin. */
  readonly footer?: readonly string[];
}

/** The layout of an invoice or receipt made by Stripe's billing. */
export function invoicePage({
  title = 'Invoice',
  head,
  vendor,
  billTo = 'Bill to',
  headline,
  columns = ['Description', 'Qty', 'Unit price', 'Amount'],
  lines,
  totals,
  footer = [],
}: InvoiceText): PlacedText[] {
  return pageOf([
    title,
    ...head.map(([label, value]): [number, string][] => [
      [40, label],
      [160, value],
    ]),
    [
      [40, vendor],
      [300, billTo],
    ],
    [
      [40, '65 Chulia Street'],
      [300, 'Example SAS'],
    ],
    ...(headline === undefined ? [] : [headline]),
    [
      [40, columns[0]],
      [330, columns[1]],
      [380, columns[2]],
      [480, columns[3]],
    ],
    ...lines.flatMap(({ description, quantity = '1', unit, amount, period }): [number, string][][] => [
      [
        [40, description],
        [330, quantity],
        [380, unit ?? amount],
        [480, amount],
      ],
      ...(period === undefined ? [] : [[[40, period] satisfies [number, string]]]),
    ]),
    ...totals.map(([label, value]): [number, string][] => [
      [330, label],
      [480, value],
    ]),
    ...footer,
  ]);
}
