import { march, PERIOD, pdf, type DocumentCase } from './document-case.ts';

type Rows = readonly (readonly [string, string])[];
const LINE = [{ description: 'Plan', amount: '$50.00', period: PERIOD }];
const total = (name: string, totals: Rows, more: Partial<DocumentCase> = {}): DocumentCase => ({
  name,
  file: () => pdf({ lines: LINE, totals }),
  fields: { total: '50.00' },
  statements: [march('50.00', 'USD')],
  ...more,
});

export const TOTALS: readonly DocumentCase[] = [
  total('Grand total', [
    ['Total', '$48.00'],
    ['Rounding', '$2.00'],
    ['Grand total', '$50.00'],
  ]),
  total('Invoice total', [['Invoice total', '$50.00']]),
  total('Total:', [['Total:', '$50.00']]),
  total('Total amount', [['Total amount', '$50.00']]),
  total('TOTAL USD', [['TOTAL USD', '$50.00']]),
  total('Montant total', [['Montant total', '$50.00']]),
  total('Total payable', [['Total payable', '$50.00']], { fields: { amountDue: '50.00' } }),
  total('Balance due', [['Balance due', '$50.00']], { fields: { amountDue: '50.00' } }),
  total('a label and its amount in one cell', [['', 'Total: $50.00']]),
  total(
    'an applied balance does not change the cost',
    [
      ['Subtotal', '$50.00'],
      ['Total', '$50.00'],
      ['Applied balance', '-$20.00'],
      ['Amount due', '$30.00'],
    ],
    { fields: { total: '50.00', amountDue: '30.00' } },
  ),
  total(
    'a partial payment does not change the cost',
    [
      ['Total', '$50.00'],
      ['Amount paid', '$20.00'],
      ['Amount due', '$30.00'],
    ],
    { fields: { total: '50.00', amountPaid: '20.00', amountDue: '30.00' } },
  ),
  total('paid in full: nothing is due', [
    ['Total', '$50.00'],
    ['Amount paid', '$50.00'],
    ['Amount due', '$0.00'],
  ]),
  total(
    'without a total, what is due and what was paid',
    [
      ['Amount paid', '$20.00'],
      ['Amount due', '$30.00'],
    ],
    { unsure: ['total'] },
  ),
  total('a previous balance is no cost of this invoice', [
    ['Previous balance', '$40.00'],
    ['New charges', '$50.00'],
    ['Amount due', '$90.00'],
  ]),
  total(
    'a balance brought forward, without a total',
    [
      ['Balance forward', '$40.00'],
      ['Amount due', '$90.00'],
    ],
    { unsure: ['total'] },
  ),
  total('Amount due with its day', [['Total amount due on March 31, 2026', '$50.00']], {
    fields: { amountDue: '50.00' },
  }),
  total('Total for a month', [['Total for March 2026', '$50.00']]),
  total('a dash before the amount is no minus', [['', 'Total - $50.00']]),
  {
    name: 'a column called Total is no label',
    file: () =>
      pdf({
        columns: ['Item', 'Qty', 'Price', 'Total'],
        lines: [
          { description: 'Server', amount: '$30.00' },
          { description: 'Backup', amount: '$20.00' },
        ],
        totals: [['Total due', '$50.00']],
      }),
    fields: { total: null, amountDue: '50.00' },
    statements: [{ amount: '50.00' }],
  },
  {
    name: 'a product whose name begins with Total is a line',
    file: () =>
      pdf({
        lines: [
          { description: 'Total Commander licence', amount: '$30.00', period: PERIOD },
          { description: 'Subtotal Pro', amount: '$20.00', period: PERIOD },
        ],
        totals: [['Total', '$50.00']],
      }),
    fields: { total: '50.00' },
    statements: [march('50.00', 'USD')],
  },
  {
    name: 'two totals that nothing confirms are not sure',
    file: () =>
      pdf({
        lines: LINE,
        totals: [
          ['Total', '$50.00'],
          ['Total', '$70.00'],
        ],
      }),
    unsure: ['total'],
    statements: [{}],
    warnings: ['totals_differ'],
  },
];
