import type { ReadUpload } from '../src/contract/imports.ts';
import { readBytes } from '../src/imports/read-bytes.ts';
import { makePdf, type InvoiceText, type PlacedText } from './pdf.ts';

/** A monthly invoice with a fee paid ahead and usage paid behind. */
export const supabase: InvoiceText = {
  head: [
    ['Invoice number', 'ABC123DE-0007'],
    ['Date of issue', 'March 1, 2026'],
    ['Date due', 'March 1, 2026'],
  ],
  vendor: 'Supabase Pte Ltd',
  headline: '$37.35 USD due March 1, 2026',
  lines: [
    { description: 'Pro Plan', amount: '$25.00', period: 'Mar 1 – Apr 1, 2026' },
    {
      description: 'Compute Hours (Micro)',
      quantity: '672',
      unit: '$0.01344',
      amount: '$9.03',
      period: 'Feb 1 – Mar 1, 2026',
    },
    { description: 'Storage', quantity: '159', unit: '$0.0209', amount: '$3.32', period: 'Feb 1 – Mar 1, 2026' },
  ],
  totals: [
    ['Subtotal', '$37.35'],
    ['Total', '$37.35'],
    ['Amount due', '$37.35 USD'],
  ],
};

/** An invoice in French, with tax. */
export const french: InvoiceText = {
  title: 'Facture',
  billTo: 'Facturer à',
  columns: ['Description', 'Qté', 'Prix unitaire', 'Montant'],
  head: [
    ['Numéro de facture', 'F0A1B2C3-0002'],
    ['Date d’émission', '1 mars 2026'],
    ['Date d’échéance', '1 mars 2026'],
  ],
  vendor: 'Weaviate B.V.',
  headline: '1 220,00 $US dus le 1 mars 2026',
  lines: [
    { description: 'Flex', amount: '1 200,00 $US', period: '1 mars – 1 avr. 2026' },
    {
      description: 'Sauvegardes',
      quantity: '2',
      unit: '10,00 $US',
      amount: '20,00 $US',
      period: '1 mars – 1 avr. 2026',
    },
  ],
  totals: [
    ['Sous-total', '1 220,00 $US'],
    ['TVA - France (20 %)', '244,00 $US'],
    ['Total', '1 464,00 $US'],
    ['Montant dû', '1 464,00 $US'],
  ],
};

/** Reads the pages as an upload of one PDF. */
export async function readPages(...pages: PlacedText[][]): Promise<ReadUpload> {
  return readBytes(makePdf(pages, { compress: true }));
}

/** The only document of an upload; throws where there are none or several. */
export function only(upload: ReadUpload): ReadUpload['documents'][number] {
  const [document] = upload.documents;
  if (document === undefined || upload.documents.length !== 1) throw new Error(`${upload.documents.length} documents`);
  return document;
}
