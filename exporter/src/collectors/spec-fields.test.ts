import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { collectContext } from '../../test/collect-context.ts';
import { collectorOf, database, providers, useCollectors } from '../../test/faults/collectors.ts';
import { NOW } from '../../test/faults/providers.ts';
import { specExists } from '../../test/openapi.ts';
import { describedFields, spoil, SPOILT, type FieldPath } from '../../test/spec-fields.ts';
import type { CollectorName } from '../contract/providers.ts';
import { daysOf } from '../money/days.ts';
import * as digitalOcean from './digital-ocean/schema.ts';
import * as supabase from './supabase/schema.ts';
import * as twilio from './twilio/schema.ts';

const DO = 'digitalocean/digitalocean.deref.trimmed.json';
const TWILIO = 'twilio/twilio_api_v2010.trimmed.json';
const AUTH = 'supabase/gotrue_auth.trimmed.json';
const MANAGEMENT = 'supabase/management_api_v1.trimmed.json';

interface Answer {
  readonly provider: CollectorName;
  readonly spec: string;
  readonly described: string;
  readonly path: RegExp;
  /** What is read of it: a field that it drops needs no run. */
  readonly schema: z.ZodType;
  /** Without these no figure is left, so that the run fails. */
  readonly vital?: RegExp;
  /** Values that mean something: a user who never signed in. */
  readonly means?: RegExp;
  /** Figures that are a lower bound, and are called so, without these fields. */
  readonly lower?: RegExp;
}

const ANSWERS: readonly Answer[] = [
  {
    provider: 'digital_ocean',
    spec: DO,
    described: '/v2/account',
    schema: digitalOcean.account,
    path: /\/v2\/account$/,
  },
  {
    provider: 'digital_ocean',
    spec: DO,
    described: '/v2/customers/my/balance',
    schema: digitalOcean.balance,
    path: /\/balance/,
  },
  {
    provider: 'digital_ocean',
    spec: DO,
    described: '/v2/customers/my/invoices',
    schema: digitalOcean.invoicesPage,
    path: /\/invoices\?/,
  },
  {
    provider: 'digital_ocean',
    spec: DO,
    described: '/v2/customers/my/invoices/{invoice_uuid}',
    schema: digitalOcean.invoiceItemsPage,
    path: /\/invoices\/preview/,
  },
  {
    provider: 'digital_ocean',
    spec: DO,
    described: '/v2/customers/my/invoices/{invoice_uuid}/summary',
    schema: digitalOcean.invoiceSummary,
    path: /\/summary/,
  },
  {
    provider: 'digital_ocean',
    spec: DO,
    described: '/v2/billing/{account_urn}/insights/{start_date}/{end_date}',
    schema: digitalOcean.insightsPage,
    path: /\/insights\//,
  },
  { provider: 'digital_ocean', spec: DO, described: '/v2/apps', schema: digitalOcean.appsPage, path: /\/v2\/apps/ },
  {
    provider: 'digital_ocean',
    spec: DO,
    described: '/v2/databases',
    schema: digitalOcean.databases,
    path: /\/v2\/databases/,
  },
  {
    provider: 'digital_ocean',
    spec: DO,
    described: '/v2/registries',
    schema: digitalOcean.registries,
    path: /\/v2\/registries/,
  },
  {
    provider: 'twilio',
    spec: TWILIO,
    described: '/2010-04-01/Accounts/{AccountSid}/Usage/Records/Daily.json',
    schema: twilio.usagePage,
    path: /totalprice/,
    vital: /^usage_records$|^next_page_uri$/,
  },
  {
    provider: 'twilio',
    spec: TWILIO,
    described: '/2010-04-01/Accounts/{AccountSid}/Usage/Records/Daily.json',
    schema: twilio.usagePage,
    path: /sms-outbound/,
  },
  {
    provider: 'twilio',
    spec: TWILIO,
    described: '/2010-04-01/Accounts/{AccountSid}/Messages.json',
    schema: twilio.messagesPage,
    path: /Messages\.json/,
    means: /date_sent/,
  },
  {
    provider: 'supabase',
    spec: AUTH,
    described: '/admin/users',
    schema: supabase.userPage,
    path: /\/admin\/users/,
    vital: /^users$/,
    means: /last_sign_in_at/,
    lower: /users\.0\.id/,
  },
  {
    provider: 'supabase',
    spec: MANAGEMENT,
    described: '/v1/projects',
    schema: supabase.projectList,
    path: /^\/v1\/projects$/,
  },
  {
    provider: 'supabase',
    spec: MANAGEMENT,
    described: '/v1/organizations/{slug}',
    schema: supabase.organization,
    path: /^\/v1\/organizations/,
  },
  {
    provider: 'supabase',
    spec: MANAGEMENT,
    described: '/v1/projects/{ref}/billing/addons',
    schema: supabase.addons,
    lower: /selected_addons/,
    path: /\/billing\/addons/,
  },
];

useCollectors((state) => {
  // Two dollars on each day of the month so far by both ways, so that falling back on the other changes no day.
  state.digitalOcean.points = daysOf('2026-03-01', '2026-03-16').map((day) => ({
    day,
    amount: day === '2026-03-15' ? '0.10' : '2.00',
  }));
  state.digitalOcean.balance = { usage: '28.00', at: '2026-03-15T00:00:00Z' };
  state.digitalOcean.invoices = ['2026-01', '2026-02'].map((period) => ({
    uuid: period,
    period,
    products: '30.00',
    credits: '-2.00',
    taxes: '5.60',
    amount: '33.60',
  }));
  state.digitalOcean.preview = [{ product: 'Droplets', amount: '28.00', description: 'web' }];
  state.twilio.usage = ['2026-03-12', '2026-03-13', '2026-03-14'].flatMap((day) => [
    { category: 'totalprice', day, price: '1.25' },
    { category: 'sms-outbound', day, price: '1.25', count: '5' },
    { category: 'mms-outbound', day, price: '0', count: '0' },
    { category: 'channels-whatsapp-outbound', day, price: '0', count: '0' },
  ]);
  state.twilio.messages = [1, 2].map(() => ({ from: '+15551234567', sent: '2026-03-14T10:00:00Z' }));
  state.supabase.plan = 'pro';
  state.supabase.addons = ['compute_instance', 'ipv4'].map((type) => ({
    type,
    variant: {
      id: 'ci_small',
      name: type,
      price: { description: '', type: 'usage', interval: 'monthly', amount: 20 },
      meta: {},
    },
  }));
});

interface Run {
  /** Every figure that was stored, by its place. */
  readonly figures: ReadonlyMap<string, string>;
  readonly warnings: readonly string[];
}

/** Null where the run fails, by a fault of the answer and not of ours. */
async function run(name: CollectorName): Promise<Run | null> {
  await database.pool.query(
    `DELETE FROM component_costs; DELETE FROM do_metrics; DELETE FROM do_invoice_months; DELETE FROM twilio_metrics;
     DELETE FROM supabase_metrics`,
  );
  const collector = collectorOf(name);
  const context = collectContext(database.pool, NOW, { back: 14 });
  try {
    const collected = await collector.collect(context);
    await collector.store(database.pool, context.day, collected.data);
    return { figures: await figures(), warnings: collected.warnings.map(({ code }) => code).toSorted() };
  } catch (error) {
    expect(error).toMatchObject({ name: 'CollectorError', kind: expect.not.stringMatching(/bug|storage/) });
    return null;
  }
}

async function figures(): Promise<Map<string, string>> {
  const { rows } = await database.pool.query<{ place: string; value: string }>(
    `SELECT concat_ws(' ', provider, day, source) AS place, trim_scale(sum(amount_usd))::text AS value
       FROM component_costs WHERE amount_usd IS NOT NULL GROUP BY 1
     UNION ALL SELECT concat_ws(' ', 'do', recorded_at, key), value FROM do_metrics m, jsonb_each_text(to_jsonb(m))
       WHERE key IN ('apps', 'databases', 'registries', 'registry_storage_bytes') AND value IS NOT NULL
     UNION ALL SELECT concat_ws(' ', 'twilio', recorded_at, key), value FROM twilio_metrics m, jsonb_each_text(to_jsonb(m))
       WHERE key IN ('messages', 'messages_from_number') AND value IS NOT NULL
     UNION ALL SELECT concat_ws(' ', 'supabase', recorded_at, key), value
       FROM supabase_metrics m, jsonb_each_text(to_jsonb(m))
       WHERE key IN ('users', 'active_users', 'storage_bytes', 'storage_objects') AND value IS NOT NULL`,
  );
  return new Map(rows.map(({ place, value }) => [place, value]));
}

describe.each(ANSWERS.filter(({ spec }) => specExists(spec)))(
  '$provider: $described ($path)',
  ({ provider, spec, described, path, schema, vital, means, lower }) => {
    it('every described field that is null, absent or of another type costs only its own figures', async () => {
      const bodies: unknown[] = [];
      const keep = (body: string) => (bodies.push(JSON.parse(body)), body);
      providers.gateways[provider].breakAlways(path, { rewrite: keep });
      const good = await run(provider);
      const fields = [...new Map(describedFields(spec, described).map((field) => [field.join('.'), field])).values()];
      const sent = fields.filter((field) => bodies.some((body) => spoil(body, field, 'null') !== undefined));
      expect(sent.length).toBeGreaterThan(0);
      for (const field of sent)
        for (const how of SPOILT)
          if (good !== null && bodies.some((body) => isRead(body, spoil(body, field, how))))
            judge(`${field.join('.')} ${how}`, await spoilt(field, how), good);
    });

    function isRead(body: unknown, odd: unknown): boolean {
      return odd !== undefined && !isDeepStrictEqual(schema.safeParse(body), schema.safeParse(odd));
    }

    async function spoilt(field: FieldPath, how: (typeof SPOILT)[number]): Promise<Run | null> {
      providers.mend();
      providers.gateways[provider].breakAlways(path, {
        rewrite: (body) => JSON.stringify(spoil(JSON.parse(body), field, how) ?? JSON.parse(body)),
      });
      return run(provider);
    }

    function judge(what: string, odd: Run | null, good: Run): void {
      if (vital?.test(what.split(' ')[0] ?? '') === true) return;
      expect.soft(odd, `${what}: the run fails`).not.toBeNull();
      if (odd === null || means?.test(what) === true) return;
      const isLower = lower?.test(what) === true;
      const changed = [...odd.figures].filter(([place, value]) => good.figures.get(place) !== value);
      const invented = changed.filter(([place, value]) => !isLower || Number(value) > Number(good.figures.get(place)));
      expect.soft(invented, `${what}: figures that nobody sent`).toEqual([]);
      if (odd.figures.size < good.figures.size || changed.length > 0)
        expect.soft(odd.warnings, `${what}: nobody is told`).not.toEqual(good.warnings);
    }
  },
);
