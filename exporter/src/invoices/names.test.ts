import { describe, expect, it } from 'vitest';
import { useInvoices } from '../../test/invoices.ts';
import { canonicalProvider, numberKey, plainNumber, vendorKey } from './names.ts';

const books = useInvoices('2026-03-15T12:00:00Z');

const VENDOR_CASES: readonly (readonly [typed: string, provider: string])[] = [
  ['supabase', 'supabase'],
  ['Supabase Pte Ltd', 'supabase'],
  ['SUPABASE PTE. LTD.', 'supabase'],
  ['OpenAI LLC', 'openai'],
  ['OpenAI, L.L.C.', 'openai'],
  ['OpenAI OpCo, LLC', 'openai'],
  ['Open AI', 'openai'],
  ['openai', 'openai'],
  ['Anthropic, PBC', 'anthropic'],
  ['Anthropic Ireland, Limited', 'anthropic'],
  ['Weaviate B.V.', 'weaviate'],
  ['Digital Ocean', 'digital_ocean'],
  ['DigitalOcean, LLC', 'digital_ocean'],
  ['Twilio Inc.', 'twilio'],
  ['Hetzner Online GmbH', 'hetzner'],
  ['Functional Software, Inc.', 'sentry'],
  ['Grafana Labs', 'grafana-labs'],
  ['Mistral AI SAS', 'mistral'],
  ['fireworks.ai', 'fireworks'],
  // A word that is a vendor's name, too: with another legal form it may be anybody.
  ['Mistral Ltd', 'mistral-ltd'],
  ['Mistral Windows & Doors Ltd', 'mistral-windows-doors-ltd'],
  // Not known here: as typed.
  ['Acme, Inc.', 'acme-inc'],
  ['acme-co', 'acme-co'],
  ['Café Müller', 'cafe-muller'],
];

describe('vendors', () => {
  it.each(VENDOR_CASES)('%s is %s', (typed, provider) => {
    expect(canonicalProvider(typed)).toBe(provider);
    expect(canonicalProvider(provider)).toBe(provider);
    expect(vendorKey(typed)).toBe(vendorKey(provider));
  });

  it('that are not known are compared without their legal form, and others stay apart', () => {
    expect(vendorKey('Acme, Inc.')).toBe(vendorKey('acme'));
    expect(vendorKey('acme-tools')).not.toBe(vendorKey('acme'));
    expect(vendorKey('mistral-ltd')).not.toBe(vendorKey('mistral'));
  });
});

describe('numbers', () => {
  it.each([
    ['INV-17', 'inv 17', true],
    ['INV-17', 'Inv\u201117', true],
    ['INV-17', ' INV 1-7 ', true],
    ['INV-17', 'INV-0017', false],
    ['2026/11', '202611', false],
    ['---', '-', false],
  ])('%s and %s', (a, b, same) => {
    expect(numberKey(plainNumber(a)) === numberKey(plainNumber(b))).toBe(same);
  });

  it('are compared by the database as by the program', async () => {
    const numbers = ['INV-17', 'inv 17', ' x\u00a0 1', '---', 'Ä-1', '0007', 'a\tb'].map(plainNumber);
    const { rows } = await books
      .pool()
      .query<{ key: string }>(
        'SELECT invoice_number_key(n) AS key FROM unnest($1::text[]) WITH ORDINALITY t(n, i) ORDER BY i',
        [numbers],
      );
    expect(rows.map(({ key }) => key)).toEqual(numbers.map(numberKey));
  });
});
