import { makeMail } from '../mail.ts';
import { march, simple, type DocumentCase } from './document-case.ts';

const invoice = (vendor: string, number: string, amount = '$50.00', title = 'Invoice'): Buffer =>
  simple(amount, {
    vendor,
    title,
    head: [
      ['Invoice number', number],
      ...(title === 'Receipt'
        ? ([
            ['Receipt number', '2345-0001'],
            ['Date paid', 'March 1, 2026'],
          ] as const)
        : ([['Date of issue', 'March 1, 2026']] as const)),
    ],
  });
const mail = (attachments: readonly (readonly [string, Buffer])[], text = 'See attached.'): Buffer =>
  makeMail({ from: 'Office <office@example.com>', subject: 'Fwd: invoices', text, attachments });

export const MAILS: readonly DocumentCase[] = [
  {
    name: 'invoice and receipt of one payment count once',
    file: () =>
      mail([
        ['a.pdf', invoice('Vercel Inc.', 'A-1')],
        ['b.pdf', invoice('Vercel Inc.', 'A-1', '$50.00', 'Receipt')],
      ]),
    documents: 1,
    fields: { provider: 'vercel' },
    statements: [march('50.00', 'USD')],
  },
  {
    name: 'one number at two vendors is two invoices',
    file: () =>
      mail([
        ['a.pdf', invoice('Vercel Inc.', '2026-1')],
        ['b.pdf', invoice('Netlify, Inc.', '2026-1')],
      ]),
    documents: 2,
    statements: [{ provider: 'vercel' }, { provider: 'netlify' }],
  },
  {
    name: 'two vendors that are not known are two',
    file: () =>
      mail([
        ['a.pdf', invoice('Alpha Ltd', '2026-1')],
        ['b.pdf', invoice('Beta Ltd', '2026-1')],
      ]),
    documents: 2,
    statements: [{ provider: 'alpha' }, { provider: 'beta' }],
  },
  {
    name: 'two invoices of one amount are two',
    file: () =>
      mail([
        ['a.pdf', invoice('Vercel Inc.', 'A-1')],
        ['b.pdf', invoice('Vercel Inc.', 'A-2')],
      ]),
    documents: 2,
    statements: [{ invoiceNumber: 'A-1' }, { invoiceNumber: 'A-2' }],
  },
  {
    name: 'two invoices without numbers are two',
    file: () =>
      mail([
        ['a.pdf', simple('$50.00', { vendor: 'Vercel Inc.', head: [] })],
        ['b.pdf', simple('$50.00', { vendor: 'Vercel Inc.', head: [['Date of issue', 'March 2, 2026']] })],
      ]),
    documents: 2,
    statements: [{ amount: '50.00' }, { amount: '50.00' }],
  },
  {
    name: 'a sum of both in the text is not a third invoice',
    file: () =>
      mail(
        [
          ['a.pdf', invoice('Vercel Inc.', 'A-1')],
          ['b.pdf', invoice('Vercel Inc.', 'A-2')],
        ],
        'Both attached.\nTotal   $100.00\n',
      ),
    statements: [{ invoiceNumber: 'A-1' }, { invoiceNumber: 'A-2' }],
    warnings: ['mail_text_left_out'],
  },
  {
    name: 'a mail within a mail is opened',
    file: () =>
      mail([
        ['inner.eml', mail([['a.pdf', invoice('Vercel Inc.', 'A-1')]])],
        ['b.pdf', invoice('Netlify, Inc.', 'B-1')],
      ]),
    documents: 2,
    statements: [{ provider: 'vercel' }, { provider: 'netlify' }],
  },
  {
    name: 'the text of an attached mail is read',
    file: () =>
      mail([
        [
          'inner.eml',
          makeMail({
            text: 'Receipt from Supabase Pte Ltd $25.00 Paid March 2, 2026\nInvoice number ABC-7\nAmount paid $25.00\n',
          }),
        ],
      ]),
    type: 'mail',
    fields: { provider: 'supabase', invoiceNumber: 'ABC-7' },
    statements: [{ amount: '25.00' }],
  },
  {
    name: 'a refund in the text ends the payment of the receipt',
    file: () =>
      makeMail({
        from: 'Vercel Inc. <billing@vercel.example>',
        subject: 'Your refund from Vercel Inc.',
        text: 'Refund from Vercel Inc.\nReceipt number   2345-0001\nTotal   $50.00\nRefunded   $50.00\n',
        attachments: [['r.pdf', invoice('Vercel Inc.', 'A-1', '$50.00', 'Receipt')]],
      }),
    type: 'refund',
    statements: [],
  },
  {
    name: 'a reminder with the invoice attached: the invoice is the cost',
    file: () =>
      makeMail({
        from: 'Vercel Inc. <billing@vercel.example>',
        subject: 'Reminder: invoice A-1 is overdue',
        text: 'Invoice number   A-1\nAmount due   $50.00\n',
        attachments: [['a.pdf', invoice('Vercel Inc.', 'A-1')]],
      }),
    documents: 1,
    statements: [march('50.00', 'USD')],
  },
];
