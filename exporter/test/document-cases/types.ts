import type { DocumentType } from '../../src/contract/imports.ts';
import { makeMail } from '../mail.ts';
import { march, PERIOD, pdf, simple, type DocumentCase } from './document-case.ts';

const titled = (title: string, type: DocumentType): DocumentCase => ({
  name: `“${title}” is of the type ${type}`,
  file: () => simple('$50.00', { title }),
  type,
  fields: { total: '50.00' },
  statements: [],
  warnings: [`document_is_${type}`],
});
const mailed = (subject: string, text: string, type: DocumentType): DocumentCase => ({
  name: `the mail “${subject}” is of the type ${type}`,
  file: () => makeMail({ subject, text }),
  type,
  statements: [],
  warnings: [`document_is_${type}`],
});

export const TYPES: readonly DocumentCase[] = [
  titled('Quote', 'quote'),
  titled('Quotation', 'quote'),
  titled('Devis', 'quote'),
  titled('Devis n° D-2026-12', 'quote'),
  titled('Estimate', 'estimate'),
  titled('Estimation', 'estimate'),
  titled('Pro forma invoice', 'pro_forma'),
  titled('Proforma', 'pro_forma'),
  titled('Facture pro forma', 'pro_forma'),
  titled('Draft invoice', 'draft'),
  titled('Invoice (draft)', 'draft'),
  titled('Brouillon', 'draft'),
  titled('Facture annulée', 'void'),
  titled('Statement of account', 'statement'),
  titled('Relevé de compte', 'statement'),
  titled('Payment reminder', 'reminder'),
  titled('Rappel de paiement', 'reminder'),
  titled('Lettre de relance', 'reminder'),
  titled('Mise en demeure', 'reminder'),
  titled('Upcoming invoice', 'upcoming'),
  titled('Prochaine facture', 'upcoming'),
  titled('Order confirmation', 'order'),
  titled('Bon de commande', 'order'),
  titled('Payment failed', 'failed_payment'),
  ...(['VOID', 'Voided', 'Cancelled', 'DRAFT', 'Refunded', 'Remboursée'] as const).map((badge): DocumentCase => {
    const type = badge === 'DRAFT' ? 'draft' : badge.startsWith('R') ? 'refund' : 'void';
    return {
      name: `an invoice stamped “${badge}” is of the type ${type}`,
      file: () => simple('$50.00', { headline: badge }),
      type,
      statements: [],
    };
  }),
  {
    name: 'the field “Status: Void”',
    file: () =>
      simple('$50.00', {
        head: [
          ['Invoice number', 'INV-0042'],
          ['Status', 'Void'],
        ],
      }),
    type: 'void',
    statements: [],
  },
  {
    name: 'a receipt that was refunded in French',
    file: () =>
      simple('25,00 €', {
        title: 'Reçu',
        headline: '25,00 € remboursés le 5 mars 2026',
        totals: [
          ['Total', '25,00 €'],
          ['Montant payé', '25,00 €'],
          ['Remboursé le 5 mars 2026', '-25,00 €'],
        ],
      }),
    type: 'refund',
    statements: [],
  },
  {
    name: 'a receipt that was refunded in part is a cost, with a warning',
    file: () =>
      simple('$25.00', {
        title: 'Receipt',
        totals: [
          ['Total', '$25.00'],
          ['Amount paid', '$25.00'],
          ['Refunded on March 5, 2026', '-$10.00'],
        ],
      }),
    type: 'receipt',
    statements: [march('25.00', 'USD')],
    warnings: ['partly_refunded'],
  },
  {
    name: 'an invoice for quotes, drafts and refunds is an invoice',
    file: () =>
      pdf({
        lines: [
          { description: 'Quote API', amount: '$20.00', period: PERIOD },
          { description: 'Draft review service', amount: '$20.00', period: PERIOD },
          { description: 'Refund insurance', amount: '$10.00', period: PERIOD },
        ],
        totals: [['Total', '$50.00']],
      }),
    statements: [march('50.00', 'USD')],
  },
  {
    name: 'an invoice made from a quote names its number and is an invoice',
    file: () =>
      simple('$50.00', {
        head: [
          ['Invoice number', 'INV-0042'],
          ['Quote number', 'QT-1'],
        ],
      }),
    statements: [march('50.00', 'USD')],
  },
  {
    name: 'an overdue invoice is still the cost',
    file: () => simple('$50.00', { headline: 'Overdue' }),
    statements: [march('50.00', 'USD')],
  },
  {
    name: 'a receipt that says when the card is charged next is a receipt',
    file: () =>
      makeMail({
        text: 'Receipt from Supabase Pte Ltd $25.00 Paid March 2, 2026\nReceipt number   2345-6789\nAmount paid   $25.00\nYour card will be charged again on April 2.\n',
      }),
    type: 'mail',
    statements: [{ amount: '25.00', provider: 'supabase' }],
  },
  mailed('Your refund from Acme', 'Refund from Acme\n$25.00\nTotal   $25.00\n', 'refund'),
  mailed('Votre remboursement', 'Remboursement de Acme\nTotal   25,00 €\n', 'refund'),
  mailed('Payment to Acme failed', 'We were unable to charge your card.\nAmount due   $25.00\n', 'failed_payment'),
  mailed(
    'Your $25.00 payment to Acme was unsuccessful',
    'Invoice number   INV-1\nAmount due   $25.00\n',
    'failed_payment',
  ),
  mailed('Échec du paiement', 'Numéro de facture   INV-1\nMontant dû   25,00 €\n', 'failed_payment'),
  mailed('Your upcoming invoice', 'Your card will be charged on April 1.\nTotal   $25.00\n', 'upcoming'),
  mailed('Votre prochaine facture', 'Total   25,00 €\n', 'upcoming'),
  mailed('Reminder: invoice INV-1 is overdue', 'Invoice number   INV-1\nAmount due   $25.00\n', 'reminder'),
  mailed('Rappel : facture impayée', 'Numéro de facture   INV-1\nMontant dû   25,00 €\n', 'reminder'),
];
