import type {
  StructuredAdjustment,
  StructuredAmount,
  StructuredInvoice,
  StructuredLine,
  StructuredPeriod,
} from './structured-invoice.ts';
import { attributeOf, nodesAt, textAt, textOf, type XmlNode } from './xml.ts';

/** UBL 2.1 Invoice and CreditNote, as Peppol BIS and XRechnung use them. */
export function readUbl(name: 'Invoice' | 'CreditNote', root: XmlNode): StructuredInvoice {
  const currency = textAt(root, 'DocumentCurrencyCode');
  const supplier = ['AccountingSupplierParty', 'Party'];
  const total = (element: string): StructuredAmount | undefined => amountAt(root, 'LegalMonetaryTotal', element);
  const taxes = nodesAt(root, 'TaxTotal', 'TaxAmount').flatMap((node) => amountOf(node, 'TaxAmount') ?? []);
  return {
    syntax: 'UBL',
    number: textAt(root, 'ID'),
    typeCode: textAt(root, 'InvoiceTypeCode') ?? textAt(root, 'CreditNoteTypeCode'),
    creditNote: name === 'CreditNote',
    issued: dayAt(root, 'IssueDate'),
    currency,
    supplier:
      textAt(root, ...supplier, 'PartyLegalEntity', 'RegistrationName') ??
      textAt(root, ...supplier, 'PartyName', 'Name'),
    period: periodOf(root),
    totals: {
      lines: total('LineExtensionAmount'),
      withoutTax: total('TaxExclusiveAmount'),
      // A second one may be in the currency of the tax office.
      tax: taxes.find((tax) => tax.currency === currency),
      withTax: total('TaxInclusiveAmount'),
      prepaid: total('PrepaidAmount'),
      payable: total('PayableAmount'),
    },
    lines: nodesAt(root, name === 'Invoice' ? 'InvoiceLine' : 'CreditNoteLine').map((line) => lineOf(line)),
    adjustments: nodesAt(root, 'AllowanceCharge').flatMap(adjustmentOf),
  };
}

function lineOf(line: XmlNode): StructuredLine {
  return {
    name: textAt(line, 'Item', 'Name') ?? textAt(line, 'Item', 'Description') ?? textAt(line, 'ID') ?? '',
    quantity: textAt(line, 'InvoicedQuantity') ?? textAt(line, 'CreditedQuantity'),
    amount: amountAt(line, 'LineExtensionAmount'),
    period: periodOf(line),
  };
}

function periodOf(node: XmlNode): StructuredPeriod {
  return { start: dayAt(node, 'InvoicePeriod', 'StartDate'), end: dayAt(node, 'InvoicePeriod', 'EndDate') };
}

/** A date of XML Schema may name its zone: 2026-11-01+01:00. */
function dayAt(node: XmlNode, ...path: readonly string[]): string | undefined {
  return textAt(node, ...path)?.slice(0, 10);
}

function adjustmentOf(node: XmlNode): StructuredAdjustment[] {
  const amount = amountAt(node, 'Amount');
  const charge = textAt(node, 'ChargeIndicator') === 'true';
  return amount === undefined ? [] : [{ charge, reason: textAt(node, 'AllowanceChargeReason'), amount }];
}

function amountAt(node: XmlNode, ...path: readonly string[]): StructuredAmount | undefined {
  const [found] = nodesAt(node, ...path);
  return found === undefined ? undefined : amountOf(found, path.at(-1) ?? '');
}

function amountOf(node: XmlNode, element: string): StructuredAmount | undefined {
  const value = textOf(node);
  return value === undefined ? undefined : { value, currency: attributeOf(node, 'currencyID'), element };
}
