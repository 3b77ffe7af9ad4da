/** Structured invoices of invented companies in the shapes of EN 16931's two syntaxes. */
export interface StructuredText {
  readonly number?: string;
  readonly typeCode?: string;
  readonly issued?: string;
  readonly currency?: string;
  readonly supplier?: string;
  readonly period?: readonly [start: string, end: string];
  readonly lines?: readonly {
    readonly name: string;
    readonly amount: string;
    readonly period?: readonly [string, string];
    /** Of CII's profile EXTENDED: GROUP, DETAIL or INFORMATION. */
    readonly status?: string;
  }[];
  readonly allowances?: readonly (readonly [reason: string, amount: string])[];
  readonly charges?: readonly (readonly [reason: string, amount: string])[];
  readonly sums: {
    readonly lines?: string;
    readonly withoutTax: string;
    readonly tax?: string;
    /** In another currency, as a tax office may want it. */
    readonly foreignTax?: readonly [currency: string, amount: string];
    readonly withTax: string;
    readonly prepaid?: string;
    readonly payable: string;
  };
}

const DEFAULTS = { number: 'R-2026-0042', issued: '2026-03-01', currency: 'EUR', supplier: 'Hetzner Online GmbH' };

/** UBL 2.1, as Peppol BIS Billing 3 and XRechnung write it. */
export function ublInvoice(text: StructuredText, root: 'Invoice' | 'CreditNote' = 'Invoice'): Buffer {
  const { number, issued, currency, supplier } = { ...DEFAULTS, ...text };
  const {
    period,
    lines = [],
    allowances = [],
    charges = [],
    sums,
    typeCode = root === 'Invoice' ? '380' : '381',
  } = text;
  const money = (name: string, value: string | undefined, code = currency): string =>
    value === undefined ? '' : `<cbc:${name} currencyID="${code}">${value}</cbc:${name}>`;
  const periodOf = (days: readonly [string, string] | undefined): string =>
    days === undefined
      ? ''
      : `<cac:InvoicePeriod><cbc:StartDate>${days[0]}</cbc:StartDate><cbc:EndDate>${days[1]}</cbc:EndDate></cac:InvoicePeriod>`;
  const adjustment = (charge: boolean, [reason, amount]: readonly [string, string]): string =>
    `<cac:AllowanceCharge><cbc:ChargeIndicator>${charge}</cbc:ChargeIndicator><cbc:AllowanceChargeReason>${reason}</cbc:AllowanceChargeReason>${money('Amount', amount)}</cac:AllowanceCharge>`;
  const quantity = root === 'Invoice' ? 'InvoicedQuantity' : 'CreditedQuantity';
  return Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>
<ubl:${root} xmlns:ubl="urn:oasis:names:specification:ubl:schema:xsd:${root}-2" xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2" xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
  <cbc:CustomizationID>urn:cen.eu:en16931:2017</cbc:CustomizationID>
  <cbc:ID>${number}</cbc:ID><cbc:IssueDate>${issued}</cbc:IssueDate>
  <cbc:${root}TypeCode>${typeCode}</cbc:${root}TypeCode><cbc:DocumentCurrencyCode>${currency}</cbc:DocumentCurrencyCode>
  ${periodOf(period)}
  <cac:AccountingSupplierParty><cac:Party><cac:PartyName><cbc:Name>Trade name</cbc:Name></cac:PartyName><cac:PartyLegalEntity><cbc:RegistrationName>${supplier}</cbc:RegistrationName></cac:PartyLegalEntity></cac:Party></cac:AccountingSupplierParty>
  <cac:AccountingCustomerParty><cac:Party><cac:PartyLegalEntity><cbc:RegistrationName>OpenAI, LLC</cbc:RegistrationName></cac:PartyLegalEntity></cac:Party></cac:AccountingCustomerParty>
  ${allowances.map((one) => adjustment(false, one)).join('')}${charges.map((one) => adjustment(true, one)).join('')}
  ${sums.tax === undefined ? '' : `<cac:TaxTotal>${money('TaxAmount', sums.tax)}</cac:TaxTotal>`}
  ${sums.foreignTax === undefined ? '' : `<cac:TaxTotal>${money('TaxAmount', sums.foreignTax[1], sums.foreignTax[0])}</cac:TaxTotal>`}
  <cac:LegalMonetaryTotal>${money('LineExtensionAmount', sums.lines)}${money('TaxExclusiveAmount', sums.withoutTax)}${money('TaxInclusiveAmount', sums.withTax)}${money('PrepaidAmount', sums.prepaid)}${money('PayableAmount', sums.payable)}</cac:LegalMonetaryTotal>
  ${lines
    .map(
      (line, index) =>
        `<cac:${root}Line><cbc:ID>${index + 1}</cbc:ID><cbc:${quantity} unitCode="C62">1</cbc:${quantity}>${money('LineExtensionAmount', line.amount)}${periodOf(line.period)}<cac:Item><cbc:Name>${line.name}</cbc:Name></cac:Item><cac:Price>${money('PriceAmount', line.amount)}</cac:Price></cac:${root}Line>`,
    )
    .join('\n  ')}
</ubl:${root}>`);
}

/** Cross Industry Invoice D16B, as Factur-X, ZUGFeRD 2 and XRechnung write it. */
export function ciiInvoice(text: StructuredText): Buffer {
  const { number, issued, currency, supplier } = { ...DEFAULTS, ...text };
  const { period, lines = [], allowances = [], charges = [], sums, typeCode = '380' } = text;
  const day = (value: string): string =>
    `<udt:DateTimeString format="102">${value.replaceAll('-', '')}</udt:DateTimeString>`;
  const money = (name: string, value: string | undefined, code?: string): string =>
    value === undefined
      ? ''
      : `<ram:${name}${code === undefined ? '' : ` currencyID="${code}"`}>${value}</ram:${name}>`;
  const periodOf = (days: readonly [string, string] | undefined): string =>
    days === undefined
      ? ''
      : `<ram:BillingSpecifiedPeriod><ram:StartDateTime>${day(days[0])}</ram:StartDateTime><ram:EndDateTime>${day(days[1])}</ram:EndDateTime></ram:BillingSpecifiedPeriod>`;
  const adjustment = (charge: boolean, [reason, amount]: readonly [string, string]): string =>
    `<ram:SpecifiedTradeAllowanceCharge><ram:ChargeIndicator><udt:Indicator>${charge}</udt:Indicator></ram:ChargeIndicator>${money('ActualAmount', amount)}<ram:Reason>${reason}</ram:Reason></ram:SpecifiedTradeAllowanceCharge>`;
  return Buffer.from(`<?xml version='1.0' encoding='UTF-8'?>
<rsm:CrossIndustryInvoice xmlns:rsm="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100" xmlns:ram="urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100" xmlns:udt="urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100">
  <rsm:ExchangedDocumentContext><ram:GuidelineSpecifiedDocumentContextParameter><ram:ID>urn:cen.eu:en16931:2017</ram:ID></ram:GuidelineSpecifiedDocumentContextParameter></rsm:ExchangedDocumentContext>
  <rsm:ExchangedDocument><ram:ID>${number}</ram:ID><ram:TypeCode>${typeCode}</ram:TypeCode><ram:IssueDateTime>${day(issued)}</ram:IssueDateTime></rsm:ExchangedDocument>
  <rsm:SupplyChainTradeTransaction>
    ${lines
      .map(
        (line, index) =>
          `<ram:IncludedSupplyChainTradeLineItem><ram:AssociatedDocumentLineDocument><ram:LineID>${index + 1}</ram:LineID>${line.status === undefined ? '' : `<ram:LineStatusReasonCode>${line.status}</ram:LineStatusReasonCode>`}</ram:AssociatedDocumentLineDocument><ram:SpecifiedTradeProduct><ram:Name>${line.name}</ram:Name></ram:SpecifiedTradeProduct><ram:SpecifiedLineTradeDelivery><ram:BilledQuantity unitCode="C62">1</ram:BilledQuantity></ram:SpecifiedLineTradeDelivery><ram:SpecifiedLineTradeSettlement>${periodOf(line.period)}<ram:SpecifiedTradeSettlementLineMonetarySummation>${money('LineTotalAmount', line.amount)}</ram:SpecifiedTradeSettlementLineMonetarySummation></ram:SpecifiedLineTradeSettlement></ram:IncludedSupplyChainTradeLineItem>`,
      )
      .join('\n    ')}
    <ram:ApplicableHeaderTradeAgreement><ram:SellerTradeParty><ram:Name>${supplier}</ram:Name></ram:SellerTradeParty><ram:BuyerTradeParty><ram:Name>OpenAI, LLC</ram:Name></ram:BuyerTradeParty></ram:ApplicableHeaderTradeAgreement>
    <ram:ApplicableHeaderTradeDelivery/>
    <ram:ApplicableHeaderTradeSettlement><ram:InvoiceCurrencyCode>${currency}</ram:InvoiceCurrencyCode>${periodOf(period)}
      ${allowances.map((one) => adjustment(false, one)).join('')}${charges.map((one) => adjustment(true, one)).join('')}
      <ram:SpecifiedTradeSettlementHeaderMonetarySummation>${money('LineTotalAmount', sums.lines)}${money('TaxBasisTotalAmount', sums.withoutTax)}${money('TaxTotalAmount', sums.tax, currency)}${sums.foreignTax === undefined ? '' : money('TaxTotalAmount', sums.foreignTax[1], sums.foreignTax[0])}${money('GrandTotalAmount', sums.withTax)}${money('TotalPrepaidAmount', sums.prepaid)}${money('DuePayableAmount', sums.payable)}</ram:SpecifiedTradeSettlementHeaderMonetarySummation>
    </ram:ApplicableHeaderTradeSettlement>
  </rsm:SupplyChainTradeTransaction>
</rsm:CrossIndustryInvoice>`);
}
