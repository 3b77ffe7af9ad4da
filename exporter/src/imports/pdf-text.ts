import { getDocumentProxy } from 'unpdf';
import { z } from 'zod';
import { MAX_ATTACHMENTS, MAX_PAGES, MAX_TEXT_ROWS, MAX_XML_BYTES } from './limits.ts';
import { refuseBombs } from './pdf-streams.ts';
import { ImportRefused } from './refusal.ts';
import { cleaned, rowOf, type Cell, type Row } from './text.ts';

const itemSchema = z.object({
  str: z.string(),
  transform: z.array(z.number()).length(6),
  width: z.number(),
  height: z.number(),
});
type Item = z.output<typeof itemSchema>;

/** Texts on one baseline, give or take this many points, are one row. */
const SAME_ROW = 3;
/** A gap of this many heights of a letter separates two columns. */
const COLUMN_GAP = 0.9;

export interface PdfFile {
  readonly rows: readonly Row[];
  /** Files inside the PDF, such as the XML of a Factur-X invoice. */
  readonly attachments: readonly { readonly name: string; readonly bytes: Uint8Array }[];
  /** Why there are no rows. */
  readonly refusal: ImportRefused | undefined;
}

/** The printed rows of a PDF from top to bottom. Throws ImportRefused for what cannot be read. */
export async function rowsOfPdf(bytes: Uint8Array, where = ''): Promise<readonly Row[]> {
  const { rows, refusal } = await readPdfFile(bytes, where);
  if (refusal !== undefined) throw refusal;
  return rows;
}

/** The printed rows and the attached files of a PDF. Throws ImportRefused for what cannot be read. */
export async function readPdfFile(bytes: Uint8Array, where = ''): Promise<PdfFile> {
  refuseBombs(bytes);
  // A copy: the library takes the buffer away from its owner, and wants no Buffer.
  const document = await getDocumentProxy(new Uint8Array(bytes), { verbosity: 0, stopAtErrors: false }).catch(
    (error: unknown) => {
      throw refusalOf(error);
    },
  );
  try {
    if (document.numPages > MAX_PAGES)
      throw new ImportRefused(
        'too_many_pages',
        `The PDF has ${document.numPages} pages; at most ${MAX_PAGES} are read.`,
      );
    const rows: Row[] = [];
    for (let number = 1; number <= document.numPages && rows.length < MAX_TEXT_ROWS; number += 1) {
      const page = await document.getPage(number);
      const { items } = await page.getTextContent();
      const texts = items.flatMap((item: unknown) => itemSchema.safeParse(item).data ?? []);
      rows.push(...rowsOfItems(texts, `${where}page ${number}`));
    }
    return { rows, attachments: await attachmentsOf(document), refusal: rows.length === 0 ? noText() : undefined };
  } catch (error) {
    throw error instanceof ImportRefused ? error : refusalOf(error);
  } finally {
    await document.loadingTask.destroy();
  }
}

const attachmentsSchema = z.map(z.string(), z.object({ filename: z.string().optional() }));
const contentSchema = z.instanceof(Uint8Array);

/** Small XML files only: nothing else inside a PDF is an invoice. */
async function attachmentsOf(document: Awaited<ReturnType<typeof getDocumentProxy>>): Promise<PdfFile['attachments']> {
  const listed = attachmentsSchema.safeParse(await document.getAttachments());
  if (!listed.success) return [];
  const files: { name: string; bytes: Uint8Array }[] = [];
  for (const [id, { filename }] of [...listed.data].slice(0, MAX_ATTACHMENTS)) {
    const name = cleaned(filename ?? id).slice(0, 120);
    if (!/\.xml$/i.test(name)) continue;
    const content = contentSchema.safeParse(await document.getAttachmentContent(id));
    if (content.success && content.data.length <= MAX_XML_BYTES) files.push({ name, bytes: content.data });
  }
  return files;
}

function noText(): ImportRefused {
  return new ImportRefused(
    'no_text',
    'The PDF has no text: it is a scan or a picture. Ask the provider for the original PDF, or type the ' +
      'figures in.',
  );
}

function refusalOf(error: unknown): ImportRefused {
  const name = error instanceof Error ? error.name : '';
  if (name === 'PasswordException')
    return new ImportRefused('encrypted', 'The PDF is encrypted: save it without a password first.');
  return new ImportRefused('unreadable', 'The PDF is damaged and cannot be read: download it again.');
}

function rowsOfItems(items: readonly Item[], place: string): Row[] {
  const lines: { y: number; items: Item[] }[] = [];
  for (const item of items.filter(({ str }) => str.trim() !== '').sort((a, b) => y(b) - y(a))) {
    const last = lines.at(-1);
    if (last !== undefined && Math.abs(last.y - y(item)) <= SAME_ROW) last.items.push(item);
    else lines.push({ y: y(item), items: [item] });
  }
  return lines.flatMap((line) => rowOf(place, cellsOf(line.items)) ?? []);
}

function cellsOf(items: readonly Item[]): Cell[] {
  const cells: { text: string; x: number; end: number }[] = [];
  for (const item of items.toSorted((a, b) => x(a) - x(b))) {
    const last = cells.at(-1);
    const gap = last === undefined ? 0 : x(item) - last.end;
    const letter = item.height || 9;
    if (last === undefined || gap > letter * COLUMN_GAP)
      cells.push({ text: item.str, x: x(item), end: x(item) + item.width });
    else {
      last.text += gap > letter * 0.15 ? ` ${item.str}` : item.str;
      last.end = x(item) + item.width;
    }
  }
  return cells;
}

const x = (item: Item): number => item.transform[4] ?? 0;
const y = (item: Item): number => item.transform[5] ?? 0;
