/**
 * What stands before a figure, in English and French, folded. The patterns of numbers and dates match the beginning of
 * a cell; those of amounts are whole labels, so that "Total Commander licence" is none.
 */
const TAX_WORD = String.raw`(?:tax(?:es)?|vat|gst|hst|sales tax|t\.?v\.?a\.?|mwst)`;
const INCLUDED = String.raw`(?:incl(?:\.|uding|usive of|udes?)?|inc\.?|with|y compris|dont|taxes? comprises?|toutes taxes comprises|t\.?t\.?c\.?)`;
const EXCLUDED = String.raw`(?:excl(?:\.|uding|usive of)?|ex\.?|excluded|without|before|net of|hors|h\.?t\.?)`;
/** After a total: a currency in brackets or not, tax included. */
const CODE = 'usd|eur|gbp|cad|aud|nzd|chf|jpy|cny|inr|sgd|hkd|sek|nok|dkk|pln|brl|mxn|kwd|bhd|zar';
/** "Amount due by March 1, 2026", "Total for March 2026". */
const WHEN = String.raw` (?:on|by|before|for|as of|le|au|avant le|pour) (?:the month of )?(?:\d{1,2}(?:er)? )?[a-z]{3,9}\.?(?: \d{1,2},?)? \d{4}`;
const SUFFIX = String.raw`(?: (?:${CODE})\b|${WHEN}| ?\((?:in )?(?:[a-z]{3}|[a-z]{0,3} ?[$€£¥₹])\)| in [a-z]{3}\b| ?\(?(?:${INCLUDED}(?: (?:all )?${TAX_WORD})?|${TAX_WORD} incl(?:\.|uded|usive)?)\)?)`;

/** Not before another word, so that the longest of the names is taken: "Total credit" is not "Total". */
const whole = (names: string): RegExp => new RegExp(String.raw`^(?:${names})${SUFFIX}*(?![a-z0-9]| [a-z]{4})`);

export const LABELS = {
  invoiceNumber:
    /^(?:(?:tax )?invoice (?:number|num\.?|no\.?|nr\.?|id|ref(?:erence)?|#)|numero (?:de (?:la )?)?facture|n° (?:de )?facture|facture n°|facture (?:numero|no\.?)|(?:invoice|facture)(?= [a-z0-9]*-[a-z0-9-]*\d))/,
  receiptNumber: /^(?:receipt (?:number|no\.?|id|#)|numero (?:de|du) recu|n° (?:de|du) recu|recu n°)/,
  creditNoteNumber:
    /^(?:credit (?:note|memo) (?:number|no\.?|id|#)|numero (?:de (?:la note de credit|l'avoir)|d'avoir)|n° (?:d'avoir|de l'avoir)|avoir n°)/,
  issued:
    /^(?:date of issue|issue date|issued(?: on)?|invoice date|billing date|bill date|tax point|date d'emission|emise? le|date de (?:la )?facture|date de facturation|date facture)/,
  /** Says of what the date is by nothing but its place: the last resort. */
  date: /^date(?= ?:|$)/,
  paidOn: /^(?:date paid|payment date|paid on|date (?:de|du) paiement|paye(?:e|es)? le)/,
  period:
    /^(?:this (?:invoice|bill|statement) is for the |cette facture concerne la )?(?:summary for|usage for|charges for|billing period|service period|invoice period|period of service|usage period|for the period|period|periode(?: de (?:facturation|service|consommation))?)(?![a-z])/,
  subtotal: whole(
    String.raw`sub-?total(?: amount)?|sub total|sous-total|sous total|items? total|line total|total des lignes|net total`,
  ),
  totalExcludingTax: whole(
    String.raw`(?:total|montant) net (?:ht|h\.t\.)|(?:total|montant) (?:ht|h\.t\.) net|net (?:ht|h\.t\.)|total ?\(net\)|(?:sub-?total|total|amount|montant(?: total)?|total amount|sous-total|net amount|montant net) ?\(?${EXCLUDED}(?: ?(?:of )?${TAX_WORD})?\)?|taxable amount|net amount|montant net|base ht|total net|montant ht`,
  ),
  grandTotal: whole(
    String.raw`grand total|invoice total|total (?:of |for )?(?:this |the )?invoice(?: amount)?|invoice amount|total general|total (?:de la )?facture|montant total de la facture|credit note total|total de l'avoir`,
  ),
  total: whole(
    String.raw`total(?: amount)?|order total|bill total|total charges?|total cost|total price|montant total|montant(?= ?\(?t\.?t\.?c)|(?:total )?(?:new|current) charges|total (?:new|current) charges|total (?:to be )?credit(?:ed)?|total du mois`,
  ),
  amountDue: whole(
    String.raw`amount due(?: now)?|balance due|(?:total|net) (?:amount )?(?:due|payable)|total amount payable|amount (?:payable|to pay)|payable(?: amount)?|balance payable|outstanding(?: balance| amount)?|montant (?:du|a payer|exigible)|solde (?:du|a payer)|net a payer|reste a payer|total (?:du|a payer)|(?:total|net|montant|reste) a regler|a payer`,
  ),
  amountPaid: whole(
    String.raw`amount paid|total paid|paid|payments?(?: received)?|montant (?:paye|regle)|total (?:paye|regle)|deja (?:paye|regle)|paiements?(?: recus?)?|acomptes?(?: verses?)?|deposit paid|prepaid(?: amount)?`,
  ),
  appliedBalance: whole(
    String.raw`applied balance|balance applied|(?:account |applied )?credit(?:s)? applied|applied credits?|customer balance|solde applique|credit applique`,
  ),
  previousBalance: whole(
    String.raw`(?:previous|prior|opening|past due) balance|balance (?:brought )?forward|balance b\/f|solde (?:precedent|anterieur)|report`,
  ),
  refunded: new RegExp(
    '^(?:(?:total )?(?:amount )?refund(?:ed)?(?: amount| on .*)?|date refunded|rembourse(?:e|es)?(?: le .*)?|' +
      'montant rembourse|date de remboursement|remboursement)(?: ?:)?$',
  ),
  discount:
    /^(?:(?:total )?discounts?|coupons?|promotion|promo(?: code)?|remises?|reductions?|rabais|ristourne|allowance)\b|\d ?% (?:off|de (?:reduction|remise))|\boff\b\)?$|\bde (?:reduction|remise)\)?$/,
  tax: /^(?:total (?:de )?(?:la )?(?:tax|vat|gst|tva|taxes)|montant (?:de la )?(?:tva|taxes?)|(?:tax|vat|gst|tva) amount|(?:dont|of which|including|incl\.|includes|y compris) (?:tax|vat|gst|tva)|[cisu]t?gst|gst|hst|pst|qst|rst|vat|tva|tps|tvq|tvh|mwst|ust|t\.v\.a\.?|iva|btw|moms|igic|jct|consumption tax|sales tax|state tax|county tax|city tax|use tax|tax(?:es)?|taxes?)(?![a-z0-9])/,
} as const satisfies Readonly<Record<string, RegExp>>;
export type Label = keyof typeof LABELS;

/** Labels of amounts that are part of the sum at the end of a document. */
export type AmountLabel =
  | 'subtotal'
  | 'totalExcludingTax'
  | 'grandTotal'
  | 'total'
  | 'amountDue'
  | 'amountPaid'
  | 'appliedBalance'
  | 'previousBalance';
export const AMOUNT_LABELS: readonly AmountLabel[] = [
  'totalExcludingTax',
  'subtotal',
  'grandTotal',
  'total',
  'amountDue',
  'amountPaid',
  'appliedBalance',
  'previousBalance',
];
