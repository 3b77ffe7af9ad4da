import { expect } from 'vitest';
import { flat, item, subscription } from '../../providers/stripe-objects.ts';
import { userId } from '../../providers/supabase.ts';
import { unharmed } from '../stage.ts';
import { broken, always, failed, succeeded, status, spoilt, all } from '../provider-trials.ts';
import type { FaultRow } from '../table.ts';

export const providerPayloadRows: readonly FaultRow[] = [
  {
    id: 7,
    fault: 'HTML with 200, empty body, truncated JSON',
    expected: 'failed bad_payload; last good values stay',
    on: all,
    cases: {
      'a web page': broken(always({ text: '<html><body>Welcome</body></html>' }), failed('bad_payload')),
      'an empty body': broken(
        always({ text: '', headers: { 'content-type': 'application/json' } }),
        failed('bad_payload'),
      ),
      'truncated JSON': broken(
        (stage, { name, path }) =>
          stage.providers.gateways[name].breakAlways(path, { rewrite: (body) => body.slice(0, body.length / 2) }),
        failed('bad_payload'),
      ),
    },
  },
  {
    id: 8,
    fault: 'data: null, missing field, string for number, NaN, 1e30',
    expected: 'rejected by the schema, nothing stored; never 0, never −1',
    on: all,
    cases: {
      'null for the list': broken(
        (stage, { name, path, list }) =>
          stage.providers.gateways[name].breakAlways(path, {
            rewrite: (body) =>
              body
                // DigitalOcean's days come from the balance where its list fails.
                .replace(/"month_to_date_usage":"[^"]*"/, '"month_to_date_usage":null')
                .replace(new RegExp(`"${list}":(\\[.*?\\]|\\{)(?=[,}\\]])`, 's'), `"${list}":null`)
                .replace(
                  /^.*":null.*$/s,
                  `{"status":"success","object":"list","has_more":false,"${list}":null,"data":null}`,
                ),
          }),
        failed('bad_payload'),
      ),
      'another type': spoilt(0),
      NaN: spoilt(1),
      '1e30': spoilt(2),
      'a missing field': spoilt(3),
      'null, negative or empty': spoilt(4),
    },
  },
  {
    id: 9,
    fault: 'unknown extra field; unknown enum value',
    expected: 'tolerated; the enum becomes other with a warning',
    on: all,
    cases: {
      'extra fields': broken(
        (stage, { name, path }) =>
          stage.providers.gateways[name].breakAlways(path, {
            rewrite: (body) => body.replace('{', '{"brand_new":{"a":[1,null]},'),
          }),
        succeeded,
        200,
      ),
      'an unknown state of a subscription': async (stage) => {
        const { system } = await stage.shared();
        const known = stage.providers.state.stripe.subscriptions;
        stage.after(async () => void (stage.providers.state.stripe.subscriptions = known));
        stage.providers.state.stripe.subscriptions = [
          ...known,
          subscription([item(flat(9_000))], { status: 'hibernating' }),
        ];
        const { report } = await system.sync(['stripe']);
        expect(report.collectors).toMatchObject([
          { outcome: 'succeeded', warnings: [expect.objectContaining({ code: 'unknown_enum' })] },
        ]);
        expect(await system.page()).toContain('marginboard_subscriptions{status="other",provider="stripe"} 1');
        stage.providers.state.stripe.subscriptions = known;
        expect((await system.sync(['stripe'])).status).toBe(200);
      },
    },
  },
  {
    id: 10,
    fault: 'pages: 2,500 rows; repeated cursor; page 3 fails',
    expected: 'all counted; loop detected; the collector fails whole, no partial sum',
    on: ['digital_ocean', 'stripe', 'supabase', 'twilio'],
    cases: {
      '2,500 rows are all counted': async (stage) => {
        const { system } = await stage.own();
        const { supabase, stripe } = stage.providers.state;
        const known = { users: supabase.users, subscriptions: stripe.subscriptions };
        stage.after(
          async () =>
            void (
              Object.assign(supabase, { users: known.users }),
              Object.assign(stripe, { subscriptions: known.subscriptions })
            ),
        );
        supabase.users = Array.from({ length: 2_500 }, (_, index) => ({
          id: userId(index + 1),
          last_sign_in_at: '2026-03-10T00:00:00Z',
        }));
        stripe.subscriptions = Array.from({ length: 2_500 }, () => subscription([item(flat(2_000))]));
        expect((await system.sync(['stripe', 'supabase'])).status).toBe(200);
        const page = await system.page();
        expect(page).toContain('marginboard_users{provider="supabase"} 2500');
        expect(page).toContain('marginboard_mrr_usd{provider="stripe"} 50000');
      },
      'a cursor that repeats is a loop': async (stage) => {
        const running = await stage.shared();
        const { gateways } = stage.providers;
        await unharmed(running, async () => {
          gateways.stripe.breakAlways(/subscriptions/, {
            rewrite: (body) =>
              body.replace('"has_more":false,"url":"/v1/subscriptions"', '"has_more":true,"url":"/v1/subscriptions"'),
          });
          gateways.twilio.breakAlways(/Daily/, {
            rewrite: (body) =>
              body.replace(
                '"next_page_uri":null',
                '"next_page_uri":"/2010-04-01/Accounts/AC0123456789abcdef0123456789abcdef/Usage/Records/Daily.json?Page=1"',
              ),
          });
          gateways.digital_ocean.breakAlways(/invoices$|invoices\?/, {
            rewrite: () =>
              JSON.stringify({
                invoices: [],
                links: { pages: { next: 'https://api.digitalocean.com/v2/customers/my/invoices?page=1' } },
                meta: { total: 9 },
              }),
          });
          const { report } = await running.system.sync(['stripe', 'twilio', 'digital_ocean']);
          // Its invoices are a part of DigitalOcean's answer, whose insights are readable: they cost only themselves.
          const reasons = report.collectors.map(({ collector, outcome, reason, warnings }) => [
            collector,
            outcome === 'failed' ? reason : warnings.find(({ code }) => code === 'part_unavailable')?.message,
          ]);
          expect(Object.fromEntries(reasons), JSON.stringify(report)).toEqual({
            digital_ocean: expect.stringMatching(/invoices/),
            stripe: 'page_loop',
            twilio: 'page_loop',
          });
        });
      },
      'page 3 fails: no partial sum': async (stage) => {
        const running = await stage.shared();
        const { supabase, stripe } = stage.providers.state;
        const known = { users: supabase.users, subscriptions: stripe.subscriptions };
        stage.after(
          async () =>
            void (
              Object.assign(supabase, { users: known.users }),
              Object.assign(stripe, { subscriptions: known.subscriptions })
            ),
        );
        supabase.users = Array.from({ length: 2_500 }, (_, index) => ({
          id: userId(index + 1),
          last_sign_in_at: '2026-03-10T00:00:00Z',
        }));
        stripe.subscriptions = Array.from({ length: 250 }, () => subscription([item(flat(2_000))]));
        await unharmed(running, async () => {
          const third = stripe.subscriptions[199]?.['id'];
          stage.providers.gateways.stripe.breakAlways(new RegExp(`starting_after=${String(third)}`), status(500));
          stage.providers.gateways.supabase.breakAlways(/[?&]page=3\b/, status(500));
          const { status: code, report } = await running.system.sync(['stripe', 'supabase']);
          expect([code, report.collectors.map(({ kind }) => kind)], JSON.stringify(report)).toEqual([
            502,
            ['upstream', 'upstream'],
          ]);
        });
      },
    },
  },
];
