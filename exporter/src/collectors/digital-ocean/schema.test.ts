import { describe, expect, it } from 'vitest';
import { examples, loadSpec, specExists } from '../../../test/openapi.ts';
import * as schema from './schema.ts';
import { componentOf, componentOfProduct, productLines } from './split.ts';

const SPEC = 'digitalocean/digitalocean.deref.trimmed.json';

describe.skipIf(!specExists(SPEC))("DigitalOcean's own example answers", () => {
  it.each([
    ['/v2/billing/{account_urn}/insights/{start_date}/{end_date}', schema.insightsPage],
    ['/v2/customers/my/balance', schema.balance],
    ['/v2/customers/my/invoices', schema.invoicesPage],
    ['/v2/customers/my/invoices/{invoice_uuid}', schema.invoiceItemsPage],
    ['/v2/customers/my/invoices/{invoice_uuid}/summary', schema.invoiceSummary],
    ['/v2/apps', schema.appsPage],
    ['/v2/databases', schema.databases],
  ] as const)('%s', (path, shape) => {
    const answers = examples(loadSpec(SPEC), path);
    expect(answers.length).toBeGreaterThan(0);
    for (const answer of answers) expect(shape.safeParse(answer).error).toBeUndefined();
  });

  it('an invoice adds up: products, overages, taxes and credits', () => {
    const [answer] = examples(loadSpec(SPEC), '/v2/customers/my/invoices/{invoice_uuid}/summary');
    const summary = schema.invoiceSummary.parse(answer);
    const { product_charges: products, overages, taxes, credits_and_adjustments: credits, amount } = summary;
    expect([products, overages, taxes, credits]).not.toContain(null);
    expect((products ?? 0n) + (overages ?? 0n) + (taxes ?? 0n) + (credits ?? 0n)).toBe(amount);
  });

  it('of databases keep their ids only: no password, no address', () => {
    const [answer] = examples(loadSpec(SPEC), '/v2/databases');
    expect(Object.keys(schema.databases.parse(answer).databases[0] ?? {})).toEqual(['id']);
  });
});

describe('the split by product', () => {
  it.each([
    ['App Platform', 'app_platform'],
    ['Managed Databases', 'databases'],
    ['Database Clusters', 'databases'],
    ['Container Registry', 'registry'],
    ['Spaces Subscription', 'spaces'],
    ['Kubernetes Clusters', 'other'],
    ['Droplets', 'other'],
    ['', 'other'],
  ])('%s is %s', (product, component) => {
    expect(componentOfProduct(product)).toBe(component);
  });

  it('a billing line decides before a SKU, and a SKU before a name that somebody chose', () => {
    const lines = productLines([
      {
        product: 'App Platform',
        description: 'spaces-droplet',
        group_description: 'g',
        resource_id: '',
        resource_uuid: '',
      },
    ]);
    expect(componentOf({ sku: '1-DO-DROP-1', description: 'spaces-droplet', group_description: 'g' }, lines)).toBe(
      'app_platform',
    );
    expect(componentOf({ sku: '1-DO-DROP-1', description: 'my spaces droplet', group_description: '' }, lines)).toBe(
      'other',
    );
    expect(componentOf({ sku: '', description: 'Spaces (250GB)', group_description: '' }, lines)).toBe('spaces');
  });
});
