import type { Email } from 'postal-mime';
import type { Found, ReadDocument } from '../contract/imports.ts';
import { moneyIn, type Money } from './amounts.ts';
import { bare, type ReadPart } from './billing-document.ts';
import { currencyOf, type ReadCurrency } from './document-currency.ts';
import { mailTypeOf } from './document-type.ts';
import { dateField, numberField } from './fields.ts';
import { textOfHtml } from './html-text.ts';
import type { TotalRow } from './layout.ts';
import { onlyPeriod } from './line-items.ts';
import { MAX_TEXT_ROWS } from './limits.ts';
import { dateIn } from './periods.ts';
import { taxOf } from './tax.ts';
import { cleaned, folded, quoted, rowOf, type Row } from './text.ts';
import { totalsOf, type FoundMoney } from './totals.ts';
import { nameConfidence, providerOf, vendorOf } from './vendor-of.ts';
import { knownVendor } from './vendors.ts';

/** "Receipt from Supabase Pte Ltd $49.51 Paid October 9, 2026": the heading of Stripe's mails. */
const HEADING =
  /^(?:receipt from|invoice from|recu de|facture de|your receipt from|your invoice from|refund from|remboursement de|votre recu de|votre facture de) (.{2,80}?)(?= #| ?(?:us|ca|a)?[$€£¥]| \d|$)/;
const PAID = /\b(?:paid|paye|payee|regle)(?: on| le)? (.{6,24})/;

/** What the text of a mail says; undefined where it holds neither an amount nor a number. */
export function readMailText(mail: Email, part: string): ReadPart | undefined {
  const rows = rowsOfText(mail);
  const heading = rows.find((row) => HEADING.test(folded(row.text)));
  const paidRow = rows.find((row) => PAID.test(folded(row.text)) && dateIn(row.text) !== undefined);
  const headingMoney = heading === undefined ? undefined : moneyIn(heading.text).at(0);
  const headed: FoundMoney | null =
    heading === undefined || headingMoney === undefined
      ? null
      : { value: headingMoney.amount, found: quoted(heading), confidence: 'medium', money: headingMoney };
  const totals = totalsOf(rows);
  const paid = totals.amountPaid ?? (heading !== undefined && PAID.test(folded(heading.text)) ? headed : null);
  const vendor = vendorOfMail(mail, rows, heading);
  const receiptNumber = numberField(rows, 'receiptNumber');
  const invoiceNumber = numberField(rows, 'invoiceNumber');
  const total = totals.total ?? paid ?? totals.amountDue ?? headed;
  if (total === null && invoiceNumber === null && receiptNumber === null) return undefined;
  const { tax, warnings } = taxOf(rows, { ...totals, total }, { lines: null, discounts: 0n });
  const { currency, warnings: currencyWarnings } = currencyOfMail(rows, totals.rows, headingMoney, heading);
  const documentType = mailTypeOf(rows);
  const document: ReadDocument = {
    type: documentType === 'credit_note' ? 'credit_note' : 'mail',
    documentType,
    parts: [part],
    vendor,
    provider: providerOf(vendor),
    invoiceNumber,
    receiptNumber,
    billingDate: dateField(rows, 'issued') ?? dateField(rows, 'paidOn') ?? paidOn(paidRow) ?? sentOn(mail),
    currency,
    ...onlyPeriod(rows),
    subtotal: bare(totals.subtotal),
    tax: bare(tax),
    total: bare(total),
    amountDue: bare(totals.amountDue),
    amountPaid: bare(paid),
    lines: [],
    linesMatchTotal: null,
  };
  return { document, warnings: [...totals.warnings, ...currencyWarnings, ...warnings] };
}

/** The totals' currency, or that of the heading "Receipt from Acme $5.00". */
function currencyOfMail(
  rows: readonly Row[],
  totals: readonly TotalRow[],
  money: Money | undefined,
  heading: Row | undefined,
): ReadCurrency {
  if (totals.length > 0 || money === undefined || heading === undefined) return currencyOf(rows, totals);
  const { currency, explicit } = money;
  if (currency === null) return { currency: null, warnings: [] };
  return {
    currency: { value: currency, found: quoted(heading), confidence: explicit ? 'high' : 'medium' },
    warnings: [],
  };
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
    const value = heading.text.slice(end - length, end);
    return { value, found: quoted(heading), confidence: nameConfidence(value) };
  }
  const sender = cleaned(mail.from?.name ?? '').slice(0, 120);
  if (knownVendor(sender)?.whole === true)
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
