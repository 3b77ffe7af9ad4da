import { describe, expect, it } from 'vitest';
import { COST_PROVIDERS, PROVIDERS } from '../../../exporter/src/contract/providers.ts';
import { toFrame } from './frame.ts';
import { MAX_VENDORS, vendorColumns } from './vendor-columns.ts';

const cost = (provider: string, costUsd: string, title = provider) => ({ provider, title, costUsd, source: 'invoice' });
const columns = (...days: readonly object[][]) =>
  vendorColumns(
    days.map((byProvider) => ({ byProvider })),
    'byProvider',
    'Autres',
  );

describe('vendorColumns', () => {
  it('gives every vendor a column with its name, known providers first', () => {
    const found = columns(
      [cost('hetzner', '3.10', 'Hetzner'), cost('supabase', '1.00', 'Supabase')],
      [cost('acme', '0.25')],
    );
    expect(found.map(({ name, title, values }) => [name, title, values])).toEqual([
      ['supabaseUsd', 'Supabase', [1, null]],
      ['acmeUsd', 'acme', [null, 0.25]],
      ['hetznerUsd', 'Hetzner', [3.1, null]],
    ]);
    expect(found[0]?.colour).toBe(PROVIDERS.supabase.colour);
    expect(new Set(found.map(({ colour }) => colour)).size).toBe(3);
  });

  it('adds up what is beyond twelve vendors, and loses nothing', () => {
    const vendors = Array.from({ length: MAX_VENDORS + 3 }, (_, index) => cost(`v${index}`, `${index + 1}.10`));
    const found = columns(vendors);
    expect(found).toHaveLength(MAX_VENDORS + 1);
    expect(found.at(-1)).toMatchObject({ name: 'otherUsd', title: 'Autres', values: [6.3] });
    const total = found.reduce((sum, { values }) => sum + Math.round((values[0] ?? 0) * 1e6), 0);
    expect(total).toBe(vendors.reduce((sum, { costUsd }) => sum + Math.round(Number(costUsd) * 1e6), 0));
    expect(new Set(found.map(({ colour }) => colour)).size).toBe(MAX_VENDORS + 1);
  });

  it('has the empty columns of the known providers where no cost is known', () => {
    expect(columns([], []).map(({ title, values }) => [title, values])).toEqual(
      COST_PROVIDERS.map((name) => [PROVIDERS[name].title, [null, null]]),
    );
  });
});

it('a frame has one column per vendor only on request', () => {
  const answer = { data: [{ day: '2026-03-01', byProvider: [cost('hetzner', '3.10', 'Hetzner')] }], warnings: [] };
  expect(toFrame('A', 'infrastructure-costs', answer).fields.map(({ name }) => name)).not.toContain('hetznerUsd');
  const [, vendor] = toFrame('A', 'infrastructure-costs', answer, { fields: ['day', 'byProvider'] }).fields;
  expect(vendor).toMatchObject({
    name: 'hetznerUsd',
    type: 'number',
    values: [3.1],
    config: { displayNameFromDS: 'Hetzner', decimals: 2, color: { mode: 'fixed' } },
  });
});
