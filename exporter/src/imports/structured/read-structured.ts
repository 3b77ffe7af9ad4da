import type { ReadPart } from '../billing-document.ts';
import { ImportRefused } from '../refusal.ts';
import { readCii } from './cii.ts';
import { documentOf } from './structured-document.ts';
import type { StructuredInvoice } from './structured-invoice.ts';
import { readUbl } from './ubl.ts';
import { decoded, parseXml } from './xml.ts';

const ROOT = /<(?:[A-Za-z0-9_-]+:)?(CrossIndustryInvoice|CrossIndustryDocument|Invoice|CreditNote)[\s>]/;
const UBL = /urn:oasis:names:specification:ubl:schema:xsd:(?:Invoice|CreditNote)-2/;

/** Whether a file looks like one of the invoices that `readStructured` reads. */
export function isStructured(bytes: Uint8Array): boolean {
  const root = ROOT.exec(decoded(bytes).slice(0, 8_192))?.[1];
  return root !== undefined && (root.startsWith('Cross') || UBL.test(decoded(bytes).slice(0, 8_192)));
}

/**
 * A structured invoice (UBL 2.1 Invoice or CreditNote; CII, the XML of Factur-X and ZUGFeRD), read exactly. Throws
 * ImportRefused with `xml_unknown` for any other XML, `xml_refused` for one that declares a document type.
 */
export function readStructured(bytes: Uint8Array, part: string): ReadPart {
  const { name, root, text } = parseXml(bytes);
  return documentOf(invoiceOf(name, root, text), part);
}

function invoiceOf(name: string, root: Parameters<typeof readCii>[0], text: string): StructuredInvoice {
  if (name === 'CrossIndustryInvoice' || name === 'CrossIndustryDocument') return readCii(root);
  if ((name === 'Invoice' || name === 'CreditNote') && UBL.test(text)) return readUbl(name, root);
  throw new ImportRefused(
    'xml_unknown',
    `The XML is "${name.slice(0, 60)}": read are UBL (Invoice, CreditNote) and CII (Factur-X, ZUGFeRD, XRechnung). ` +
      'Send the PDF, or type the figures in.',
  );
}
