import type { DocumentType, ImportWarning } from '../contract/imports.ts';
import { parseMicros } from '../money/micros.ts';
import { moneyIn } from './amounts.ts';
import { LABELS } from './labels.ts';
import { isHeading } from './layout.ts';
import { folded, type Row } from './text.ts';

/** Titles, folded, as a whole cell: what a person sees first. The first row that has one decides. */
const TITLES: readonly (readonly [RegExp, DocumentType])[] = [
  [
    /^(?:pro[ -]?forma(?: invoice)?(?: (?:#|no\.?|n°|number)? ?:? ?[a-z0-9-]*\d[a-z0-9-]*)?|facture pro[ -]?forma|invoice \(?pro[ -]?forma\)?)$/,
    'pro_forma',
  ],
  [
    /^(?:draft(?: (?:tax )?invoice)?|invoice (?:- )?\(?draft\)?|brouillon(?: de facture)?|facture \(?brouillon\)?|projet de facture|facture provisoire)$/,
    'draft',
  ],
  [
    /^(?:upcoming (?:invoice|payment|charge)s?|renewal notice|avis (?:d'echeance|de renouvellement)|echeancier(?: de paiement)?|invoice preview|preview invoice|next invoice|(?:prochaine facture|facture a venir|apercu de (?:la )?facture|prochain paiement))$/,
    'upcoming',
  ],
  [
    /^(?:(?:sales |price )?quot(?:e|ation)|devis|proposition commerciale|offre(?: de prix)?|proposal)(?: (?:#|no\.?|n°|number)? ?[a-z0-9-]*\d[a-z0-9-]*)?$/,
    'quote',
  ],
  [/^(?:(?:cost )?estimate|estimation)(?: (?:#|no\.?|n°|number)? ?[a-z0-9-]*\d[a-z0-9-]*)?$/, 'estimate'],
  [
    /^(?:void(?:ed)?(?: invoice)?|invoice (?:- )?\(?void(?:ed)?\)?|cancell?ed(?: invoice)?|facture annulee|annulee?)$/,
    'void',
  ],
  [/^(?:refund(?:ed)?(?: receipt| confirmation)?|recu de remboursement|remboursement|remboursee?)$/, 'refund'],
  [
    /^(?:(?:customer |billing |account )?statement(?: of account)?|account summary|releve(?: de (?:compte|factures?))?|etat de compte)$/,
    'statement',
  ],
  [
    /^(?:(?:friendly |final |second |first |third |\d(?:st|nd|rd|th) )?(?:payment |invoice )?reminder|past due (?:notice|invoice)|overdue (?:notice|invoice)|dunning(?: letter)?|final notice|(?:\d(?:er|e|eme) )?rappel(?: de (?:paiement|facture))?|(?:lettre de |\d(?:re|e|eme) )?relance|mise en demeure(?: de payer)?|avis de retard)(?: (?:#|no\.?|n°)? ?\d{1,2})?$/,
    'reminder',
  ],
  [
    /^(?:payment (?:failed|failure|declined|unsuccessful)|failed payment|(?:echec (?:de|du) paiement|paiement (?:echoue|refuse)))$/,
    'failed_payment',
  ],
  [
    /^(?:order confirmation|sales order|purchase order|confirmation de commande|bon de commande|delivery note|bon de livraison|packing slip)$/,
    'order',
  ],
  [/^(?:(?:tax )?credit (?:note|memo|invoice)|note de credit|(?:facture d')?avoir)\b/, 'credit_note'],
  [/^(?:(?:payment |sales |your )?receipt|recu(?: de paiement)?)\b/, 'receipt'],
  [/^(?:(?:tax|vat|commercial|sales|your|monthly|final|corrected|consolidated) )?invoice\b|^facture\b/, 'invoice'],
];
/** Printed across the page or in a status field, wherever it stands: goes before any title. */
const BADGES: readonly (readonly [RegExp, DocumentType])[] = [
  [/^(?:void|voided|cancell?ed|annulee)$/, 'void'],
  [/^(?:draft|brouillon)$/, 'draft'],
  [/^(?:pro[ -]?forma)$/, 'pro_forma'],
  [/^(?:refunded|remboursee)$/, 'refund'],
];
const STATUS = /^(?:invoice )?(?:status|statut|etat) ?:? ?(.*)$/;
const FIELDS: readonly (readonly [RegExp, DocumentType])[] = [
  [/^(?:quot(?:e|ation) (?:number|no\.?|#)|numero (?:de|du) devis|devis n°|n° (?:de |du )?devis)/, 'quote'],
  [/^(?:estimate (?:number|no\.?|#)|numero d'estimation)/, 'estimate'],
  [/^(?:date voided|voided on|date d'annulation|annulee le)/, 'void'],
];
const SENTENCES: readonly (readonly [RegExp, DocumentType])[] = [
  [
    /\b(?:this is not an? (?:invoice|bill|tax invoice)|not an invoice|ceci n'est pas une facture|ne constitue pas une facture|sans valeur de facture)\b/,
    'pro_forma',
  ],
  [/\b(?:this invoice (?:has been|was|is) (?:voided|cancell?ed|void)|cette facture (?:a ete|est) annulee)\b/, 'void'],
];
const NUMBERED_HEAD_ROWS = 14;

/** What a printed document is; an invoice where nothing says otherwise. */
export function documentTypeOf(rows: readonly Row[]): DocumentType {
  // Beside an amount such a word is the name of a product.
  const plain = rows.filter((row) => row.cells.every(({ text }) => moneyIn(text).length === 0));
  const cells = plain.flatMap((row) => row.cells.map(({ text }) => folded(text)));
  const title = documentTitleOf(rows);
  const badge = [...cells, ...statuses(rows)].flatMap((cell) => typeIn(BADGES, cell) ?? [])[0];
  if (title === 'credit_note') return badge === 'void' || badge === 'draft' ? badge : title;
  if (title !== undefined && title !== 'invoice' && title !== 'receipt') return title;
  if (badge !== undefined) return badge;
  const heading = rows.findIndex(isHeading);
  const head = rows.slice(0, heading === -1 ? NUMBERED_HEAD_ROWS : heading);
  const field = head.flatMap((row) => row.cells.flatMap(({ text }) => typeIn(FIELDS, folded(text)) ?? []))[0];
  // An invoice made from a quote names both.
  const numbered = head.some((row) => row.cells.some(({ text }) => LABELS.invoiceNumber.test(folded(text))));
  if (field !== undefined && (field === 'void' || !numbered)) return field;
  const sentence = rows.flatMap((row) => typeIn(SENTENCES, folded(row.text)) ?? [])[0];
  if (sentence !== undefined && !(sentence === 'pro_forma' && title === 'receipt')) return sentence;
  if (isRefunded(rows)) return 'refund';
  return title === 'invoice' &&
    head.some((row) => row.cells.some(({ text }) => LABELS.receiptNumber.test(folded(text))))
    ? 'receipt'
    : (title ?? 'invoice');
}

function typeIn(patterns: readonly (readonly [RegExp, DocumentType])[], plain: string): DocumentType | undefined {
  return patterns.find(([pattern]) => pattern.test(plain.trim()))?.[1];
}

/** What the document calls itself in its head. */
export function documentTitleOf(rows: readonly Row[]): DocumentType | undefined {
  const heading = rows.findIndex(isHeading);
  for (const row of rows.slice(0, heading === -1 ? NUMBERED_HEAD_ROWS : Math.min(heading, NUMBERED_HEAD_ROWS))) {
    for (const { text } of row.cells) {
      const type = typeIn(TITLES, folded(text).replace(/[ :!]+$/, ''));
      if (type !== undefined && !/^(?:invoice|facture|receipt|recu|credit note|avoir) to\b/.test(folded(text)))
        return type;
    }
  }
  return undefined;
}

function statuses(rows: readonly Row[]): string[] {
  return rows.flatMap((row) =>
    row.cells.flatMap(({ text }, index) => {
      const match = STATUS.exec(folded(text));
      if (match === null) return [];
      return [(match[1] ?? '') === '' ? folded(row.cells[index + 1]?.text ?? '') : (match[1] ?? '')];
    }),
  );
}

/** All of the payment went back: the refunds are not less than what was paid. */
function isRefunded(rows: readonly Row[]): boolean {
  const { refunded, paid } = refundsOf(rows);
  return refunded > 0n && (paid === 0n || refunded >= paid);
}

/** The headline: "$25.00 refunded on November 5, 2026". */
const REFUNDED_SENTENCE = /^\S+(?: \S+){0,3} (?:refunded|rembourse(?:e?s)?)(?: on | le |$)/;

/** What is printed as refunded and as paid, in micros; 0 where nothing is printed. */
export function refundsOf(rows: readonly Row[]): { readonly refunded: bigint; readonly paid: bigint } {
  let [refunded, paid] = [0n, 0n];
  for (const row of rows) {
    const plain = folded(row.text);
    const amounts = row.cells.flatMap(({ text }) => moneyIn(text)).map(({ amount }) => parseMicros(amount));
    const amount = amounts.at(-1);
    if (amount === undefined) continue;
    const size = amount < 0n ? -amount : amount;
    const labelled = row.cells.some(({ text }) => LABELS.refunded.test(folded(text)));
    if (labelled || REFUNDED_SENTENCE.test(plain)) refunded = size > refunded ? size : refunded;
    else if (row.cells.some(({ text }) => LABELS.amountPaid.test(folded(text)))) paid = size > paid ? size : paid;
  }
  return { refunded, paid };
}

/** Sentences of mails, in the subject or the text. What a mail announces decides only where no document is attached. */
const MAIL_SENTENCES: readonly (readonly [RegExp, DocumentType])[] = [
  [
    /\b(?:payment (?:to .{1,60} )?(?:was |is |has )?(?:failed|unsuccessful|declined)|(?:could not|couldn't|unable to|were not able to|failed to) (?:charge|process|collect)|card was declined|echec (?:de|du) (?:votre )?paiement|paiement (?:a |a ete )?(?:echoue|refuse)|n'a pas (?:pu etre preleve|abouti))\b/,
    'failed_payment',
  ],
  [
    /\b(?:refund from|your refund|(?:has|have|was|been) refunded|refund (?:issued|receipt|confirmation)|remboursement de|votre remboursement|a ete rembourse)/,
    'refund',
  ],
  [
    /\b(?:upcoming (?:invoice|payment|charge|renewal)|next invoice (?:is|will)|will be (?:charged|billed|renewed)|will (?:charge|renew) |renewal notice|price (?:change|increase)|card (?:is (?:expiring|about to expire)|will expire|expires)|trial (?:is ending|ends (?:on|in|soon)|will end)|sera renouvele|prochaine facture|facture a venir|sera (?:preleve|facture|debite)|prochain (?:paiement|prelevement))/,
    'upcoming',
  ],
  [
    /\b(?:payment reminder|reminder:|friendly reminder|is (?:now )?(?:past due|overdue)|overdue invoice|past due invoice|rappel(?: :|:| de paiement)|relance|facture impayee|en retard de paiement)/,
    'reminder',
  ],
  [
    /\b(?:invoice .{0,40}(?:has been|was) (?:voided|cancell?ed)|voided invoice|facture .{0,40}(?:a ete|est) annulee)/,
    'void',
  ],
  [
    /\b(?:(?:your|our|the attached) quot(?:e|ation)|quot(?:e|ation) (?:from|for)|(?:votre|notre|ce|le) devis|devis (?:de|pour))\b|^(?:(?:re|fwd?|tr) ?: )?(?:quot(?:e|ation)|devis)\b/,
    'quote',
  ],
  [/\b(?:order confirmation|your order (?:has been|is) confirmed|confirmation de (?:votre )?commande)\b/, 'order'],
  [
    /\b(?:your estimate|estimate from|(?:cost|price) estimate|estimated (?:bill|charges|invoice|costs?|total)|budget alert|budgets?: |budget (?:has |was |is )?(?:been )?exceeded|exceeded your budget|(?:spending|usage|billing|cost) alert|spending limit|estimation de (?:vos|votre)|alerte de budget)/,
    'estimate',
  ],
  [/\b(?:statement of account|account statement|your statement|releve de compte)\b/, 'statement'],
  [/\bpro[ -]?forma\b/, 'pro_forma'],
];

const PAID = /^(?:receipt (?:from|number)|recu de|votre recu|amount paid|montant paye|date paid|paid on)\b/;

/** What the text of a mail is: a mail with figures, unless it says that they are no cost. */
export function mailTypeOf(rows: readonly Row[]): DocumentType {
  const subject = rows.filter(({ place }) => place.endsWith('mail subject'));
  const announced = [subject, rows].map(
    (some) => some.flatMap((row) => typeIn(MAIL_SENTENCES, folded(row.text)) ?? [])[0],
  );
  const [bySubject, byText] = announced;
  if (bySubject !== undefined) return bySubject;
  // A receipt may say when the card is charged next.
  const paid = rows.some((row) => row.cells.some(({ text }) => PAID.test(folded(text))));
  // Nor does an invoice's footer that announces new prices make it an announcement.
  const stated = paid || subject.some((row) => /\b(?:invoice|bill|facture|receipt|recu)\b/.test(folded(row.text)));
  const ends = byText === 'refund' || byText === 'void' || byText === 'failed_payment' || byText === 'reminder';
  if (byText !== undefined && (!stated || (ends && !paid) || byText === 'refund' || byText === 'void')) return byText;
  const printed = documentTypeOf(rows.filter(({ place }) => !place.endsWith('mail subject')));
  return printed === 'invoice' || printed === 'receipt' ? 'mail' : printed;
}

/** Types of which no cost is proposed, and how a person calls them. */
export const COSTLESS: Readonly<Partial<Record<DocumentType, string>>> = {
  quote: 'a quote: nothing is owed before it is invoiced',
  estimate: 'an estimate: nothing is owed before it is invoiced',
  pro_forma: 'a pro forma, not an invoice: the invoice follows',
  draft: 'a draft: the final invoice may differ',
  void: 'void: nothing is owed any more',
  refund: 'a refund: the payment was given back',
  statement: 'a statement of account: it repeats invoices that are entered one by one',
  reminder: 'a reminder: import the invoice that it names',
  failed_payment: 'the notice of a failed payment: import the invoice that it names',
  upcoming: 'an announcement of an upcoming invoice: import the invoice itself',
  order: 'an order, not an invoice',
};

export function isCostless(type: DocumentType): boolean {
  return COSTLESS[type] !== undefined;
}

/** Says why a document proposes no cost. */
export function costlessWarning(type: DocumentType, parts: readonly string[]): ImportWarning[] {
  const what = COSTLESS[type];
  return what === undefined
    ? []
    : [{ code: `document_is_${type}`, message: `${parts.join(', ')} is ${what}. No cost is proposed.` }];
}
