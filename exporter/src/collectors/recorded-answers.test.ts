import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { figuresIn } from '../../test/fuzz.ts';
import { junk, mutated, mutations } from '../../test/fuzz-mutations.ts';
import { examples, loadSpec, specExists } from '../../test/openapi.ts';
import * as digitalOcean from './digital-ocean/schema.ts';
import { CollectorError } from './errors.ts';
import { checked, parse } from './http.ts';
import * as prometheus from './llm/schema.ts';
import * as stripe from './stripe/schema.ts';
import * as supabase from './supabase/schema.ts';
import * as twilio from './twilio/schema.ts';
import * as weaviate from './weaviate/schema.ts';

/** Every shape that is read of a provider, and where the provider's own example of it is; none where there is none. */
const SHAPES: Readonly<Record<string, { readonly schema: z.ZodType; readonly real?: () => unknown[] }>> = {
  'DigitalOcean insights': {
    schema: digitalOcean.insightsPage,
    real: () =>
      described(
        'digitalocean/digitalocean.deref.trimmed.json',
        '/v2/billing/{account_urn}/insights/{start_date}/{end_date}',
      ),
  },
  'DigitalOcean balance': {
    schema: digitalOcean.balance,
    real: () => described('digitalocean/digitalocean.deref.trimmed.json', '/v2/customers/my/balance'),
  },
  'DigitalOcean invoices': {
    schema: digitalOcean.invoicesPage,
    real: () => described('digitalocean/digitalocean.deref.trimmed.json', '/v2/customers/my/invoices'),
  },
  'DigitalOcean invoice': {
    schema: digitalOcean.invoiceItemsPage,
    real: () => described('digitalocean/digitalocean.deref.trimmed.json', '/v2/customers/my/invoices/{invoice_uuid}'),
  },
  'DigitalOcean summary': {
    schema: digitalOcean.invoiceSummary,
    real: () =>
      described('digitalocean/digitalocean.deref.trimmed.json', '/v2/customers/my/invoices/{invoice_uuid}/summary'),
  },
  'DigitalOcean apps': {
    schema: digitalOcean.appsPage,
    real: () => described('digitalocean/digitalocean.deref.trimmed.json', '/v2/apps'),
  },
  'DigitalOcean account': { schema: digitalOcean.account },
  'DigitalOcean databases': {
    schema: digitalOcean.databases,
    real: () => described('digitalocean/digitalocean.deref.trimmed.json', '/v2/databases'),
  },
  'DigitalOcean registries': { schema: digitalOcean.registries },
  'DigitalOcean garbage collection': { schema: digitalOcean.garbageCollection },
  'Twilio usage': {
    schema: twilio.usagePage,
    real: () =>
      described('twilio/twilio_api_v2010.trimmed.json', '/2010-04-01/Accounts/{AccountSid}/Usage/Records/Daily.json'),
  },
  'Twilio messages': {
    schema: twilio.messagesPage,
    real: () => described('twilio/twilio_api_v2010.trimmed.json', '/2010-04-01/Accounts/{AccountSid}/Messages.json'),
  },
  'Prometheus vector': {
    schema: prometheus.vectorAnswer,
    real: () => described('prometheus/prometheus_api_v1.trimmed.json', '/query'),
  },
  'Prometheus matrix': {
    schema: prometheus.matrixAnswer,
    real: () => described('prometheus/prometheus_api_v1.trimmed.json', '/query'),
  },
  'Prometheus series': {
    schema: prometheus.seriesAnswer,
    real: () => described('prometheus/prometheus_api_v1.trimmed.json', '/series'),
  },
  'Prometheus build': {
    schema: prometheus.buildAnswer,
    real: () => described('prometheus/prometheus_api_v1.trimmed.json', '/status/buildinfo'),
  },
  'Stripe subscription': { schema: stripe.subscription, real: () => fixture('subscription') },
  'Stripe price': { schema: stripe.price, real: () => fixture('price') },
  'Stripe coupon': { schema: stripe.coupon, real: () => fixture('coupon') },
  'Stripe invoice': { schema: stripe.invoice, real: () => fixture('invoice') },
  'Stripe credit note': { schema: stripe.creditNote, real: () => fixture('credit_note') },
  'Stripe balance transaction': { schema: stripe.balanceTransaction, real: () => fixture('balance_transaction') },
  'Supabase users': { schema: supabase.userPage },
  'Supabase buckets': { schema: supabase.bucketPage, real: () => recorded('GET_storage_v1_bucket') },
  'Supabase objects': {
    schema: supabase.objectPage,
    real: () => recorded('POST_storage_v1_object_list_cli_e2e_bucket'),
  },
  'Supabase projects': { schema: supabase.projectList, real: () => recorded('GET_v1_projects') },
  'Supabase organisation': { schema: supabase.organization },
  'Supabase add-ons': {
    schema: supabase.addons,
    real: () => recorded('GET_v1_projects___PROJECT_REF___billing_addons'),
  },
  'Supabase count': { schema: supabase.count },
  'Weaviate meta': { schema: weaviate.meta },
  'Weaviate collections': { schema: weaviate.collections },
  'Weaviate tenants': { schema: weaviate.tenants },
  'Weaviate aggregate': { schema: weaviate.aggregated },
  'Weaviate count': { schema: weaviate.graphqlCount },
  'Weaviate sample': { schema: weaviate.sampledObjects },
};

const SPECS = new URL('../../../../shared/specs/', import.meta.url);

function described(file: string, path: string): unknown[] {
  return specExists(file) ? examples(loadSpec(file), path) : [];
}

function read<Schema extends z.ZodType>(file: string, schema: Schema): z.output<Schema> {
  return schema.parse(JSON.parse(readFileSync(new URL(file, SPECS), 'utf8')));
}

function fixture(name: string): unknown[] {
  if (!specExists('stripe/fixtures3.json')) return [];
  const { resources } = read('stripe/fixtures3.json', z.object({ resources: z.record(z.string(), z.unknown()) }));
  return resources[name] === undefined ? [] : [resources[name]];
}

function recorded(name: string): unknown[] {
  const file = `supabase/recorded/${name}.response.json`;
  return specExists(file) ? [read(file, z.object({ body: z.unknown() })).body] : [];
}

/**
 * What is let through has finite numbers only; all else is refused as `bad_payload`, and the message quotes nothing
 * of it.
 */
function judge(schema: z.ZodType, attempt: () => unknown): boolean {
  try {
    for (const [place, figure] of figuresIn(attempt()))
      expect(typeof figure === 'bigint' || Number.isFinite(figure), place).toBe(true);
    return true;
  } catch (error) {
    if (!(error instanceof CollectorError)) throw error;
    expect([error.kind, error.reason]).toEqual(['bad_payload', 'bad_response']);
    expect(error.message).not.toContain('x'.repeat(100));
    return false;
  }
}

const runs = Number(process.env['FUZZ_RUNS'] ?? 60);

describe.each(Object.entries(SHAPES))('%s', (what, { schema, real = () => [] }) => {
  it('any JSON is refused by type or read', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.jsonValue(), junk),
        (value) => void judge(schema, () => checked('Provider', what, value, schema)),
      ),
      { numRuns: runs },
    );
    fc.assert(
      fc.property(fc.string(), (text) => void judge(schema, () => parse('Provider', what, text, schema))),
      { numRuns: runs },
    );
  });

  const answers = real();
  it.skipIf(answers.length === 0)('so are the real examples, spoilt in one place', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...answers),
        mutations,
        (answer, mutation) => void judge(schema, () => parse('Provider', what, mutated(answer, mutation).text, schema)),
      ),
      { numRuns: runs * 2 },
    );
  });
});
