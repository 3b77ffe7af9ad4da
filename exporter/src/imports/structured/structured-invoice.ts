/**
 * What UBL and CII say in common, as EN 16931 names it. Amounts are decimal strings as written; credit notes have
 * positive amounts. The end of a period is its last day.
 */
export interface StructuredInvoice {
  readonly syntax: 'UBL' | 'CII';
  readonly number: string | undefined;
  /** Code of UNTDID 1001: 380 an invoice, 381 a credit note. */
  readonly typeCode: string | undefined;
  /** The root element is a credit note, whatever the code says. */
  readonly creditNote: boolean;
  readonly issued: string | undefined;
  readonly currency: string | undefined;
  readonly supplier: string | undefined;
  readonly period: StructuredPeriod;
  readonly totals: StructuredTotals;
  readonly lines: readonly StructuredLine[];
  /** Allowances (as reductions) and charges of the whole document. */
  readonly adjustments: readonly StructuredAdjustment[];
}

export interface StructuredPeriod {
  readonly start: string | undefined;
  readonly end: string | undefined;
}

/** An amount with the name of its element, and its currency where it is written there. */
export interface StructuredAmount {
  readonly value: string;
  readonly currency: string | undefined;
  readonly element: string;
}

export interface StructuredTotals {
  readonly lines: StructuredAmount | undefined;
  readonly withoutTax: StructuredAmount | undefined;
  /** In the currency of the invoice. */
  readonly tax: StructuredAmount | undefined;
  readonly withTax: StructuredAmount | undefined;
  readonly prepaid: StructuredAmount | undefined;
  readonly payable: StructuredAmount | undefined;
}

export interface StructuredLine {
  readonly name: string;
  readonly quantity: string | undefined;
  readonly amount: StructuredAmount | undefined;
  readonly period: StructuredPeriod;
}

export interface StructuredAdjustment {
  readonly charge: boolean;
  readonly reason: string | undefined;
  readonly amount: StructuredAmount;
}
