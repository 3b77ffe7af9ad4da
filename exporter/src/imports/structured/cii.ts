import type {
  StructuredAdjustment,
  StructuredAmount,
  StructuredInvoice,
  StructuredLine,
  StructuredPeriod,
} from './structured-invoice.ts';
import { attributeOf, EMPTY_NODE, nodesAt, textAt, textOf, type XmlNode } from './xml.ts';

/**
 * UN/CEFACT Cross Industry Invoice (D16B), as Factur-X, ZUGFeRD 2 and XRechnung use it; and its elder
 * CrossIndustryDocument of ZUGFeRD 1.0, whose elements have other names.
 */
export function readCii(root: XmlNode): StructuredInvoice {
  const document = first(root, 'ExchangedDocument', 'HeaderExchangedDocument');
  const trade = first(root, 'SupplyChainTradeTransaction', 'SpecifiedSupplyChainTradeTransaction');
  const agreement = first(trade, 'ApplicableHeaderTradeAgreement', 'ApplicableSupplyChainTradeAgreement');
  const settlement = first(trade, 'ApplicableHeaderTradeSettlement', 'ApplicableSupplyChainTradeSettlement');
  const sums = first(
    settlement,
    'SpecifiedTradeSettlementHeaderMonetarySummation',
    'SpecifiedTradeSettlementMonetarySummation',
  );
  const currency = textAt(settlement, 'InvoiceCurrencyCode');
  const total = (element: string): StructuredAmount | undefined => amountsAt(sums, element)[0];
  const taxes = amountsAt(sums, 'TaxTotalAmount');
  return {
    syntax: 'CII',
    number: textAt(document, 'ID'),
    typeCode: textAt(document, 'TypeCode'),
    creditNote: false,
    issued: dayAt(document, 'IssueDateTime'),
    currency,
    supplier: textAt(agreement, 'SellerTradeParty', 'Name'),
    period: periodOf(settlement),
    totals: {
      lines: total('LineTotalAmount'),
      withoutTax: total('TaxBasisTotalAmount'),
      // A second one may be in the currency of the tax office.
      tax: taxes.find((tax) => tax.currency === undefined || tax.currency === currency),
      withTax: total('GrandTotalAmount'),
      prepaid: total('TotalPrepaidAmount'),
      payable: total('DuePayableAmount'),
    },
    lines: nodesAt(trade, 'IncludedSupplyChainTradeLineItem').flatMap(lineOf),
    adjustments: [
      ...nodesAt(settlement, 'SpecifiedTradeAllowanceCharge').flatMap(adjustmentOf),
      ...nodesAt(settlement, 'SpecifiedLogisticsServiceCharge').flatMap(logisticsOf),
    ],
  };
}

/** Groups and remarks of the profile EXTENDED repeat what their detail lines say. */
function lineOf(line: XmlNode): StructuredLine[] {
  const status = textAt(line, 'AssociatedDocumentLineDocument', 'LineStatusReasonCode');
  if (status !== undefined && status !== 'DETAIL') return [];
  const settlement = first(line, 'SpecifiedLineTradeSettlement', 'SpecifiedSupplyChainTradeSettlement');
  const delivery = first(line, 'SpecifiedLineTradeDelivery', 'SpecifiedSupplyChainTradeDelivery');
  const sums = first(
    settlement,
    'SpecifiedTradeSettlementLineMonetarySummation',
    'SpecifiedTradeSettlementMonetarySummation',
  );
  return [
    {
      name:
        textAt(line, 'SpecifiedTradeProduct', 'Name') ?? textAt(line, 'AssociatedDocumentLineDocument', 'LineID') ?? '',
      quantity: textAt(delivery, 'BilledQuantity'),
      amount: amountsAt(sums, 'LineTotalAmount')[0],
      period: periodOf(settlement),
    },
  ];
}

function adjustmentOf(node: XmlNode): StructuredAdjustment[] {
  const [amount] = amountsAt(node, 'ActualAmount');
  const charge = textAt(node, 'ChargeIndicator', 'Indicator') === 'true';
  return amount === undefined ? [] : [{ charge, reason: textAt(node, 'Reason'), amount }];
}

function logisticsOf(node: XmlNode): StructuredAdjustment[] {
  const [amount] = amountsAt(node, 'AppliedAmount');
  return amount === undefined ? [] : [{ charge: true, reason: textAt(node, 'Description'), amount }];
}

function periodOf(node: XmlNode): StructuredPeriod {
  const period = first(node, 'BillingSpecifiedPeriod');
  return { start: dayAt(period, 'StartDateTime'), end: dayAt(period, 'EndDateTime') };
}

/** Format 102 writes 20261101. */
function dayAt(node: XmlNode, name: string): string | undefined {
  const text = textAt(node, name, 'DateTimeString') ?? textAt(node, name, 'DateTime');
  const [, year = '', month = '', day = ''] = /^(\d{4})-?(\d{2})-?(\d{2})/.exec(text ?? '') ?? [];
  return year === '' ? undefined : `${year}-${month}-${day}`;
}

function first(node: XmlNode, ...names: readonly string[]): XmlNode {
  return names.flatMap((name) => nodesAt(node, name))[0] ?? EMPTY_NODE;
}

function amountsAt(node: XmlNode, element: string): StructuredAmount[] {
  return nodesAt(node, element).flatMap((found) => {
    const value = textOf(found);
    return value === undefined ? [] : [{ value, currency: attributeOf(found, 'currencyID'), element }];
  });
}
