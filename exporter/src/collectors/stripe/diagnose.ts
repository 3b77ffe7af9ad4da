import type { CollectContext, Finding, Readiness } from '../contract.ts';
import type { StripeClient } from './client.ts';
import type { CollectorError } from '../errors.ts';
import { findingOfSettings, probe, type Probed } from '../finding.ts';
import { RESOURCES, type Resource } from './errors.ts';
import { describeProgress } from '../progress.ts';
import { loadProgress } from './reading/progress.ts';
import { pageOf, subscription, anyObject } from './schema.ts';
import { remedyForTransport } from '../remedy.ts';
import type { Call } from './client.ts';

interface ListProbe {
  readonly resource: Resource;
  readonly call: Call;
  /** Without it the collector fails; the others only make figures less exact. */
  readonly needed: boolean;
  readonly use: string;
}

const PROBES: readonly ListProbe[] = [
  { resource: 'subscriptions', needed: true, use: 'MRR', call: (stripe) => stripe.subscriptions.list({ limit: 1 }) },
  {
    resource: 'invoices',
    needed: false,
    use: 'recognised and billed revenue',
    call: (stripe) => stripe.invoices.list({ limit: 1 }),
  },
  {
    resource: 'balanceTransactions',
    needed: false,
    use: 'cash and payment fees',
    call: (stripe) => stripe.balanceTransactions.list({ limit: 1 }),
  },
  { resource: 'prices', needed: true, use: 'prices with tiers', call: (stripe) => stripe.prices.list({ limit: 1 }) },
  {
    resource: 'creditNotes',
    needed: false,
    use: 'credits to the day and line',
    call: (stripe) => stripe.creditNotes.list({ limit: 1 }),
  },
  {
    resource: 'refunds',
    needed: false,
    use: 'refunds of invoices',
    call: (stripe) => stripe.refunds.list({ limit: 1 }),
  },
  {
    resource: 'disputes',
    needed: false,
    use: 'lost disputes',
    call: (stripe) => stripe.disputes.list({ limit: 1 }),
  },
  {
    resource: 'charges',
    needed: false,
    use: 'payments without an invoice',
    call: (stripe) => stripe.charges.list({ limit: 1 }),
  },
  {
    resource: 'invoicePayments',
    needed: false,
    use: 'which payment belongs to which invoice',
    call: (stripe) => stripe.invoicePayments.list({ limit: 1 }),
  },
  {
    resource: 'creditGrants',
    needed: false,
    use: 'credit that was bought ahead',
    call: (stripe) => stripe.billing.creditGrants.list({ limit: 1 }),
  },
  {
    resource: 'customers',
    needed: false,
    use: 'discounts of customers',
    call: (stripe) => stripe.customers.list({ limit: 1 }),
  },
  {
    resource: 'coupons',
    needed: false,
    use: 'discounts that are limited to some products',
    call: (stripe) => stripe.coupons.list({ limit: 1 }),
  },
];

/** What the key may read, list by list. Never `/v1/account`, which restricted keys may not ask for. */
export async function diagnoseStripe(
  ready: Readiness,
  connect: () => StripeClient,
  allowTestMode: boolean,
  context: CollectContext,
): Promise<Finding[]> {
  const unready = findingOfSettings(
    ready,
    'STRIPE_SECRET_KEY',
    'set STRIPE_SECRET_KEY to a restricted key that may read what docs/providers/stripe.md lists',
    'warning',
  );
  if (unready !== undefined) return [unready];
  const client = connect();
  const findings: Finding[] = [{ check: 'STRIPE_SECRET_KEY', ok: true, message: 'looks like a key that can be used' }];
  for (const list of PROBES) {
    const { finding, error } = await ask(client, list, context);
    findings.push(finding);
    // A key that is refused altogether, or no way to Stripe: the other lists would only say the same.
    if (finding.ok === false && error?.reason !== 'missing_permission') return findings;
  }
  findings.push(...(await mode(client, allowTestMode, context)));
  findings.push(...(await history(context)));
  return findings;
}

/** How far the past was read; nothing before the first run. */
async function history({ db }: CollectContext): Promise<Finding[]> {
  const progress = await loadProgress(db);
  if (progress === undefined) return [];
  const message = `history: ${describeProgress(progress)}`;
  return progress.percent === 100
    ? [{ check: 'history', ok: true, message }]
    : [
        {
          check: 'history',
          ok: 'warning',
          message,
          remedy: 'nothing is wrong: run `npm run sync -- --collectors stripe` again, or wait for the next runs',
        },
      ];
}

function ask(
  client: StripeClient,
  { resource, call, needed, use }: ListProbe,
  context: CollectContext,
): Promise<Probed> {
  const { title, permission } = RESOURCES[resource];
  return probe({
    check: `read ${title}`,
    onFailure: needed ? false : 'warning',
    read: async () => {
      await client.read(context, resource, call, pageOf(anyObject));
      return `may be read (${use})`;
    },
    remedyFor: (error) => remedyOf(error, permission),
    use,
  });
}

function remedyOf(error: CollectorError, permission: string): string {
  if (error.reason === 'missing_permission')
    return `give the key "${permission}: read" at https://dashboard.stripe.com/apikeys`;
  if (error.reason === 'address_refused')
    return 'add the address of this server to the IP restrictions of the key at https://dashboard.stripe.com/apikeys';
  if (error.reason === 'account_refused') return 'look at the state of the account at https://dashboard.stripe.com';
  if (error.kind === 'auth')
    return 'create a new key at https://dashboard.stripe.com/apikeys and set STRIPE_SECRET_KEY';
  return remedyForTransport(error, 'Stripe', 'STRIPE_API_URL') ?? 'try again later';
}

async function mode(client: StripeClient, allowTestMode: boolean, context: CollectContext): Promise<Finding[]> {
  try {
    const { data } = await client.read(
      context,
      'subscriptions',
      (stripe) => stripe.subscriptions.list({ limit: 1 }),
      pageOf(subscription.pick({ livemode: true })),
    );
    if (data[0]?.livemode !== false) return [];
    return [
      allowTestMode
        ? {
            check: 'live mode',
            ok: 'warning',
            message: 'Stripe answers with test data, which STRIPE_ALLOW_TEST_MODE lets through as revenue',
          }
        : {
            check: 'live mode',
            ok: false,
            message: 'test_mode_refused: Stripe answers with test data',
            remedy: 'use a live key, or set STRIPE_ALLOW_TEST_MODE=true',
          },
    ];
  } catch {
    return [];
  }
}
