import { serveProvider, type Answer, type ProviderServer, type RecordedRequest } from './serve.ts';
import type { Json } from './stripe-objects.ts';
import { objectOf, without } from './stripe-json.ts';
import { withIntent } from './stripe-payments.ts';

/** The account that the fake shows; tests change it between runs. Lists are newest first, as Stripe's are. */
export interface FakeStripeAccount {
  subscriptions: Json[];
  invoices: Json[];
  creditNotes: Json[];
  transactions: Json[];
  charges: Json[];
  refunds: Json[];
  disputes: Json[];
  invoicePayments: Json[];
  /** Billing credits: grants, and what became of them. */
  creditGrants: Json[];
  creditTransactions: Json[];
  prices: Json[];
  coupons: Json[];
  /** Those that have more than an id. */
  customers: Json[];
  /** Objects that a list inside an object shows at once; the others are paged. */
  embedded: number;
  /** Paths that the key may not read, with the permission that Stripe would name. */
  forbidden: { path: RegExp; permission: string }[];
}

export const STRIPE_KEY = 'sk_live_51FakeKeyForTestsOnly0123456789';
export const EXPIRED_KEY = 'rk_live_51ExpiredKeyForTests0123456789';

export function emptyAccount(): FakeStripeAccount {
  return {
    subscriptions: [],
    invoices: [],
    creditNotes: [],
    transactions: [],
    charges: [],
    refunds: [],
    disputes: [],
    invoicePayments: [],
    creditGrants: [],
    creditTransactions: [],
    prices: [],
    coupons: [],
    customers: [],
    embedded: 10,
    forbidden: [],
  };
}

/** Stripe's reads: pages with cursors, expansion at most four levels deep, keys and permissions. */
export function serveStripe(account: FakeStripeAccount, options: { delayMs?: number } = {}): Promise<ProviderServer> {
  return serveProvider((request) => {
    const key = request.authorization?.replace(/^Bearer /, '');
    if (key === EXPIRED_KEY)
      return refusal(401, {
        type: 'invalid_request_error',
        code: 'api_key_expired',
        message: `Expired API Key provided: ${key}`,
      });
    if (key !== STRIPE_KEY && !/^(sk|rk)_test_/.test(key ?? ''))
      return refusal(401, { type: 'invalid_request_error', message: `Invalid API Key provided: ${key ?? ''}` });
    if (request.method !== 'GET') return refusal(405, { type: 'invalid_request_error', message: 'reads only' });
    const denied = account.forbidden.find(({ path }) => path.test(request.path));
    if (denied) {
      const hint =
        denied.permission === ''
          ? ''
          : ` Having the '${denied.permission}' permission would allow this request to continue.`;
      return refusal(403, {
        type: 'invalid_request_error',
        message:
          `The provided key '${key ?? ''}' does not have the required permissions for this endpoint on account ` +
          `'acct_1'.${hint}`,
      });
    }
    const deepest = expansions(request).find((path) => path.split('.').length > 4);
    if (deepest !== undefined)
      return refusal(400, {
        type: 'invalid_request_error',
        param: 'expand',
        message: `You cannot expand more than 4 levels of a property. Property: ${deepest}`,
      });
    return route(account, request);
  }, options);
}

function route(account: FakeStripeAccount, request: RecordedRequest): Answer {
  const { path, query } = request;
  const expand = expansions(request);
  if (path === '/v1/subscriptions')
    return page(
      account.subscriptions.filter((one) => hasStatus(one, query.status) && created(one, query)),
      request,
      (one) => showSubscription(one, expand, account),
    );
  if (path === '/v1/subscription_items') {
    const found = account.subscriptions.find(({ id }) => id === query.subscription);
    return found
      ? page(inner(found, 'items'), request, (one) => ({
          ...one,
          discounts: showDiscounts(one, expand, 'data.discounts'),
          price: showPrice(objectOf(one.price), []),
        }))
      : missing();
  }
  if (path === '/v1/invoices')
    return page(
      account.invoices.filter(
        (one) => created(one, query) && (query.status === undefined || one.status === query.status),
      ),
      request,
      (one) => embed(one, 'lines', account.embedded),
    );
  if (path === '/v1/credit_notes')
    return page(
      account.creditNotes.filter((one) => created(one, query)),
      request,
      (one) => embed(one, 'lines', account.embedded),
    );
  if (path === '/v1/invoice_payments')
    return page(
      account.invoicePayments.filter((one) => created(one, query)),
      request,
      (one) => (wants(expand, 'data.payment.payment_intent') ? withIntent(one, account.charges) : one),
    );
  const plain = new Map([
    ['/v1/balance_transactions', account.transactions],
    ['/v1/charges', account.charges],
    ['/v1/refunds', account.refunds],
    ['/v1/disputes', account.disputes],
    ['/v1/billing/credit_grants', account.creditGrants],
    [
      '/v1/billing/credit_balance_transactions',
      account.creditTransactions.filter((one) => one.credit_grant === query.credit_grant),
    ],
  ]).get(path);
  if (plain !== undefined)
    return page(
      plain.filter((one) => created(one, query)),
      request,
      (one) => one,
    );
  if (path === '/v1/coupons') return page(account.coupons, request, (one) => showCoupon(one, expand, 'data'));
  if (path === '/v1/prices') return page(account.prices, request, (one) => showPrice(one, expand));
  if (path === '/v1/customers') return page(account.customers, request, (one) => showCustomer(one, expand, 'data.'));
  const [, , list, id = '', lines] = path.split('/');
  if (list === 'customers') return { json: showCustomer(customerOf(account, id), expand, '') };
  const subscription = list === 'subscriptions' ? account.subscriptions.find((one) => one.id === id) : undefined;
  if (subscription !== undefined)
    return {
      json: showSubscription(
        subscription,
        expand.map((one) => `data.${one}`),
        account,
      ),
    };
  const from =
    list === 'prices'
      ? account.prices
      : list === 'invoices'
        ? account.invoices
        : list === 'credit_notes'
          ? account.creditNotes
          : [];
  const found = from.find((one) => one.id === id);
  if (found === undefined) return missing();
  if (lines === 'lines') return page(inner(found, 'lines'), request, (one) => one);
  return { json: list === 'prices' ? showPrice(found, expand) : embed(found, 'lines', account.embedded) };
}

/** Without a status Stripe lists what was not canceled. */
function hasStatus({ status }: Json, wanted: string | undefined): boolean {
  if (wanted === undefined) return status !== 'canceled';
  return wanted === 'all' || status === wanted;
}

function page(all: readonly Json[], { query, path }: RecordedRequest, show: (one: Json) => Json): Answer {
  const limit = Number(query.limit ?? 10);
  if (!(limit >= 1 && limit <= 100))
    return refusal(400, { type: 'invalid_request_error', param: 'limit', message: 'Invalid limit' });
  const after = query.starting_after === undefined ? 0 : all.findIndex(({ id }) => id === query.starting_after) + 1;
  if (query.starting_after !== undefined && after === 0) return missing();
  const data = all.slice(after, after + limit).map(show);
  return { json: { object: 'list', data, has_more: after + limit < all.length, url: path } };
}

function expansions({ query }: RecordedRequest): string[] {
  return Object.entries(query).flatMap(([name, value]) => (/^expand\[\d*\]$/.test(name) ? [value] : []));
}

/** True where `path` or something inside it is to be expanded. */
function wants(expand: readonly string[], path: string): boolean {
  return expand.some((one) => one === path || one.startsWith(`${path}.`));
}

function showSubscription(one: Json, expand: readonly string[], account: FakeStripeAccount): Json {
  const items = inner(one, 'items').map((part) =>
    part.deleted === true
      ? part
      : {
          ...part,
          discounts: showDiscounts(part, expand, 'data.items.data.discounts'),
          price: showPrice(objectOf(part.price), []),
        },
  );
  const shown = {
    ...one,
    ...(wants(expand, 'data.customer') && {
      customer: showCustomer(customerOf(account, String(one.customer)), expand, 'data.customer.'),
    }),
    discounts: showDiscounts(one, expand, 'data.discounts'),
    items: { ...objectOf(one.items), data: items },
  };
  return embed(shown, 'items', account.embedded);
}

function customerOf({ customers }: FakeStripeAccount, id: string): Json {
  return customers.find((one) => one.id === id) ?? { id, object: 'customer', discount: null };
}

/** The discount of a customer is not expandable, its coupon is. */
function showCustomer(one: Json, expand: readonly string[], prefix: string): Json {
  const discount = objectOf(one.discount);
  if (discount.id === undefined) return one;
  const source = objectOf(discount.source);
  const coupon = objectOf(source.coupon);
  const isExpanded = wants(expand, `${prefix}discount.source.coupon`);
  return { ...one, discount: { ...discount, source: { ...source, coupon: isExpanded ? coupon : coupon.id } } };
}

function showDiscounts(owner: Json, expand: readonly string[], path: string): unknown[] {
  const discounts = Array.isArray(owner.discounts) ? owner.discounts.map(objectOf) : [];
  return discounts.map((one) => {
    if (!wants(expand, path)) return one.id;
    const source = objectOf(one.source);
    const coupon = objectOf(source.coupon);
    return {
      ...one,
      source: {
        ...source,
        coupon: wants(expand, `${path}.source.coupon`)
          ? showCoupon(coupon, expand, `${path}.source.coupon`)
          : coupon.id,
      },
    };
  });
}

function showCoupon(one: Json, expand: readonly string[], path: string): Json {
  return without(
    one,
    ['applies_to', 'currency_options'].filter((field) => !wants(expand, `${path}.${field}`)),
  );
}

function showPrice(one: Json, expand: readonly string[]): Json {
  const shown = without(
    one,
    ['tiers', 'currency_options'].filter((field) => !wants(expand, field)),
  );
  if (shown.currency_options === undefined || wants(expand, 'currency_options.tiers')) return shown;
  return {
    ...shown,
    currency_options: Object.fromEntries(
      Object.entries(objectOf(shown.currency_options)).map(([code, option]) => [
        code,
        without(objectOf(option), ['tiers']),
      ]),
    ),
  };
}

function embed(one: Json, field: string, most: number): Json {
  const list = objectOf(one[field]);
  const data = inner(one, field);
  return { ...one, [field]: { ...list, data: data.slice(0, most), has_more: data.length > most } };
}

function inner(one: Json, field: string): Json[] {
  const { data } = objectOf(one[field]);
  return Array.isArray(data) ? data.map(objectOf) : [];
}

function created(one: Json, query: Readonly<Record<string, string>>): boolean {
  const time = Number(one.created);
  return time >= Number(query['created[gte]'] ?? 0) && time <= Number(query['created[lte]'] ?? Infinity);
}

function missing(): Answer {
  return refusal(404, { type: 'invalid_request_error', code: 'resource_missing', message: 'No such object' });
}

function refusal(status: number, error: Json): Answer {
  return { status, json: { error } };
}
