import type { DocumentType } from '../../src/contract/imports.ts';
import { makeMail } from '../mail.ts';
import { invoicePage, makePdf, pageOf } from '../pdf.ts';
import { march, MARCH, PERIOD, pdf, type DocumentCase } from './document-case.ts';

const LINE = { description: 'Plan', amount: '$50.00', period: PERIOD };
const notice = (title: string, type: DocumentType): DocumentCase => ({
  name: `a page called “${title}” is of the type ${type}`,
  file: () =>
    makePdf([
      pageOf([
        'Acme SARL',
        title,
        'Facture F-1',
        [
          [330, 'Montant dû'],
          [480, '50,00 €'],
        ],
      ]),
    ]),
  type,
  statements: [],
  warnings: [`document_is_${type}`],
});
const mailed = (subject: string, text: string, type: DocumentType): DocumentCase => ({
  name: `the mail “${subject}” is of the type ${type}`,
  file: () => makeMail({ subject, text: `${text}\nTotal   $50.00\n` }),
  type,
  statements: [],
  warnings: [`document_is_${type}`],
});

/** What asks for money, or speaks of it, and is no invoice; and pages that hold several. */
export const NOTICES: readonly DocumentCase[] = [
  notice('2nd reminder', 'reminder'),
  notice('Relance n° 2', 'reminder'),
  notice('Mise en demeure de payer', 'reminder'),
  notice('Avis d’échéance', 'upcoming'),
  notice('Échéancier', 'upcoming'),
  mailed('Votre abonnement sera renouvelé', 'Il sera renouvelé le 1 avril 2026.', 'upcoming'),
  mailed('Upcoming price change', 'The price of your plan increases.', 'upcoming'),
  mailed('Your card is expiring', 'Please update it.', 'upcoming'),
  mailed('Order confirmation', 'Thank you for your order.', 'order'),
  mailed('Cost estimate for March', 'So far:', 'estimate'),
  mailed('AWS Budgets: alert', 'Your budget has been exceeded.', 'estimate'),
  mailed('Devis D-1', 'Veuillez trouver notre devis.', 'quote'),
  {
    name: 'an invoice whose footer announces new prices is an invoice',
    file: () =>
      makeMail({
        subject: 'Your invoice A-1',
        text: 'Invoice number   A-1\nTotal   $50.00\nAbout the price change of June: see our site.\n',
      }),
    type: 'mail',
    statements: [{ amount: '50.00', invoiceNumber: 'A-1' }],
  },
  {
    name: 'a mail in HTML alone: its period',
    file: () =>
      makeMail({
        from: 'Vercel Inc. <billing@vercel.example>',
        subject: 'Your receipt from Vercel Inc. #2345-1',
        html:
          '<p>Receipt from Vercel Inc.</p><table><tr><td>Invoice number</td><td>VRC-1</td></tr>' +
          '<tr><td>Pro Plan × 1</td><td>$20.00</td></tr><tr><td>Mar 1 – Apr 1, 2026</td></tr>' +
          '<tr><td>Total</td><td>$20.00</td></tr><tr><td>Amount paid</td><td>$20.00</td></tr></table>',
      }),
    type: 'mail',
    fields: { provider: 'vercel', total: '20.00' },
    statements: [{ ...MARCH, amount: '20.00', invoiceNumber: 'VRC-1' }],
  },
  {
    name: '“Attn:” heads the customer’s block',
    file: () =>
      makePdf([
        pageOf([
          'Invoice',
          'Attn: Supabase Pte Ltd',
          [
            [330, 'Total'],
            [480, '$50.00'],
          ],
        ]),
      ]),
    fields: { vendor: null, provider: null },
    statements: [{ provider: null, amount: '50.00' }],
  },
  {
    name: 'a late fee is a cost like the lines',
    file: () =>
      pdf({
        lines: [LINE],
        totals: [
          ['Subtotal', '$50.00'],
          ['Late fee', '$5.00'],
          ['Total', '$55.00'],
        ],
      }),
    fields: { total: '55.00' },
    statements: [march('55.00', 'USD')],
  },
  {
    name: 'a credit memo whose total is called “Total credit”',
    file: () => pdf({ title: 'Credit memo', lines: [LINE], totals: [['Total credit', '$50.00']] }),
    type: 'credit_note',
    statements: [{ ...march('-50.00', 'USD'), kind: 'credit' }],
  },
  {
    name: 'the sums that pages carry forward are no lines',
    file: () =>
      makePdf([
        invoicePage({
          head: [['Invoice number', 'M-1']],
          vendor: 'Acme Inc.',
          lines: [LINE],
          totals: [['Carried forward', '$50.00']],
          footer: ['Page 1 of 2'],
        }),
        pageOf([
          [
            [330, 'Brought forward'],
            [480, '$50.00'],
          ],
          [
            [40, 'Backup'],
            [330, '1'],
            [480, '$20.00'],
          ],
          PERIOD,
          [
            [330, 'Total'],
            [480, '$70.00'],
          ],
        ]),
      ]),
    fields: { total: '70.00' },
    statements: [march('70.00', 'USD')],
  },
  ...(
    [
      ['two invoices of a vendor', 'Vercel Inc.', 'A-2'],
      ['two vendors with one number', 'Netlify, Inc.', 'A-1'],
    ] as const
  ).map(([name, vendor, number]): DocumentCase => ({
    name: `one PDF with ${name} is two documents`,
    file: () =>
      makePdf(
        (
          [
            ['Vercel Inc.', 'A-1', '$50.00'],
            [vendor, number, '$70.00'],
          ] as const
        ).map(([seller, invoice, amount]) =>
          invoicePage({
            head: [['Invoice number', invoice]],
            vendor: seller,
            lines: [{ ...LINE, amount }],
            totals: [['Total', amount]],
          }),
        ),
      ),
    documents: 2,
    statements: [
      { ...march('50.00', 'USD'), invoiceNumber: 'A-1' },
      { ...march('70.00', 'USD'), invoiceNumber: number },
    ],
  })),
  {
    name: 'invoice and receipt of one payment in one PDF count once',
    file: () =>
      makePdf(
        ['Invoice', 'Receipt'].map((title) =>
          invoicePage({
            title,
            head: [['Invoice number', 'A-1']],
            vendor: 'Vercel Inc.',
            lines: [LINE],
            totals: [['Total', '$50.00']],
          }),
        ),
      ),
    documents: 1,
    statements: [{ amount: '50.00' }],
  },
];
