import { makePdf, pageOf } from '../pdf.ts';
import { march, PERIOD, pdf, simple, type DocumentCase } from './document-case.ts';

const known = (vendor: string, provider: string): DocumentCase => ({
  name: `${vendor} is surely ${provider}`,
  file: () => simple('$50.00', { vendor }),
  fields: { vendor, provider },
  sure: ['vendor', 'provider'],
  statements: [{ ...march('50.00', 'USD'), provider }],
});
const namesake = (vendor: string, provider: string): DocumentCase => ({
  name: `${vendor} is not surely a known vendor`,
  file: () => simple('$50.00', { vendor }),
  fields: { vendor, provider },
  unsure: ['vendor', 'provider'],
  statements: [{ provider }],
});
const LINES: readonly (readonly [number, string][] | string)[] = [
  [
    [40, 'Description'],
    [330, 'Qty'],
    [480, 'Amount'],
  ],
  [
    [40, 'Plan'],
    [330, '1'],
    [480, '$50.00'],
  ],
  [
    [330, 'Total'],
    [480, '$50.00'],
  ],
];

export const VENDORS: readonly DocumentCase[] = [
  known('Supabase Pte. Ltd.', 'supabase'),
  known('Mistral AI', 'mistral'),
  known('OpenAI OpCo, LLC', 'openai'),
  known('OpenAI Ireland Limited', 'openai'),
  known('Anthropic, PBC', 'anthropic'),
  known('Functional Software, Inc. dba Sentry', 'sentry'),
  known('Weaviate B.V.', 'weaviate'),
  known('Hetzner Online GmbH', 'hetzner'),
  namesake('Mistral Windows & Doors SARL', 'mistral-windows-doors'),
  namesake('Mistral SARL', 'mistral'),
  namesake('Sentry Guards Ltd', 'sentry-guards'),
  namesake('Vercel Street Bakery Inc.', 'vercel-street-bakery'),
  namesake('Netlify Fan Club', 'netlify-fan-club'),
  {
    name: 'the customer is not the vendor',
    file: () =>
      makePdf([
        pageOf([
          'Invoice',
          [
            [40, 'Invoice number'],
            [160, 'INV-9'],
          ],
          [
            [40, 'Acme Hosting GmbH'],
            [300, 'Bill to'],
          ],
          [
            [40, 'Street 1'],
            [300, 'OpenAI, LLC'],
          ],
          ...LINES,
        ]),
      ]),
    fields: { vendor: 'Acme Hosting GmbH', provider: 'acme-hosting' },
    unsure: ['provider'],
    statements: [{ provider: 'acme-hosting' }],
  },
  {
    name: 'the customer above, the vendor nowhere: none is taken',
    file: () => makePdf([pageOf(['Invoice', [[40, 'Bill to']], [[40, 'OpenAI, LLC']], ...LINES])]),
    fields: { vendor: null, provider: null },
    statements: [{ provider: null, amount: '50.00' }],
  },
  {
    name: 'the vendor under “From”',
    file: () =>
      makePdf([
        pageOf([
          'Invoice',
          [
            [40, 'From'],
            [300, 'Bill to'],
          ],
          [
            [40, 'Vercel Inc.'],
            [300, 'Mistral AI'],
          ],
          ...LINES,
        ]),
      ]),
    fields: { vendor: 'Vercel Inc.', provider: 'vercel' },
    statements: [{ provider: 'vercel' }],
  },
  {
    name: 'a line that names a vendor does not make it the vendor',
    file: () =>
      pdf({
        vendor: 'Reseller GmbH',
        lines: [{ description: 'OpenAI credits', amount: '$50.00', period: PERIOD }],
        totals: [['Total', '$50.00']],
      }),
    fields: { provider: 'reseller' },
    unsure: ['provider'],
    statements: [{ provider: 'reseller' }],
  },
];
