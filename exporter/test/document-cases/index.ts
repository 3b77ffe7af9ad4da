import { AMOUNTS, CURRENCIES } from './amounts.ts';
import type { DocumentCase } from './document-case.ts';
import { DISCOUNTS } from './discounts.ts';
import { FRENCH } from './french.ts';
import { LAYOUTS } from './layouts.ts';
import { MAILS } from './mails.ts';
import { NOTICES } from './notices.ts';
import { STRUCTURED } from './structured.ts';
import { TAXES } from './taxes.ts';
import { TOTALS } from './totals.ts';
import { TYPES } from './types.ts';
import { VENDORS } from './vendors.ts';

/** Documents as people get them, and what has to be found in each. */
export const DOCUMENT_CASES: Readonly<Record<string, readonly DocumentCase[]>> = {
  amounts: AMOUNTS,
  currencies: CURRENCIES,
  taxes: TAXES,
  totals: TOTALS,
  discounts: DISCOUNTS,
  types: TYPES,
  vendors: VENDORS,
  mails: MAILS,
  structured: STRUCTURED,
  layouts: LAYOUTS,
  french: FRENCH,
  notices: NOTICES,
};
