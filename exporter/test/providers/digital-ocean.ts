import { serveProvider, type Answer, type ProviderServer, type RecordedRequest } from './serve.ts';

export interface FakePoint {
  readonly day: string;
  readonly amount: string;
  readonly sku?: string;
  readonly description?: string;
  readonly group?: string;
}

export interface FakeInvoice {
  readonly uuid: string;
  readonly period: string;
  readonly products: string;
  readonly overages?: string;
  readonly taxes?: string;
  readonly credits?: string;
  readonly amount: string;
}

/** The account that the fake shows; tests change it between runs. */
export interface FakeAccount {
  points: FakePoint[];
  balance: { usage: string; at: string };
  invoices: FakeInvoice[];
  preview: { product: string; amount: string; description?: string; group?: string; resource?: string }[];
  apps: number;
  databases: number;
  registries: { name: string; bytes: number }[];
  garbageCollection?: string;
  /** Rows of one page, to make lists long. */
  pageSize: number;
  /** Paths that the key may not read. */
  forbidden?: RegExp;
}

export const DO_TOKEN = 'dop_v1_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef';
export const DO_TEAM = '12345678-1234-1234-1234-123456789012';
/** Stands in every database, as in real answers; it must never show up anywhere. */
export const DO_DATABASE_PASSWORD = 'AVNS_planted-password';

/** DigitalOcean's billing and resource reads. */
export async function serveDigitalOcean(account: FakeAccount): Promise<ProviderServer> {
  return serveProvider((request) => {
    if (request.authorization !== `Bearer ${DO_TOKEN}`)
      return failure(401, 'unauthorized', 'Unable to authenticate you');
    if (account.forbidden?.test(request.path))
      return failure(403, 'forbidden', 'You are not authorized to perform this operation');
    if (request.method !== 'GET') return failure(405, 'method_not_allowed', 'reads only');
    return route(account, request);
  });
}

function route(account: FakeAccount, request: RecordedRequest): Answer {
  const { path } = request;
  if (path === '/v2/account')
    return {
      json: {
        account: {
          droplet_limit: 25,
          email: 'sammy@example.com',
          uuid: 'u',
          email_verified: true,
          status: 'active',
          status_message: ' ',
          team: { uuid: DO_TEAM, name: 'My Team' },
        },
      },
    };
  if (path === '/v2/customers/my/balance')
    return {
      json: {
        month_to_date_balance: '0.00',
        account_balance: '0.00',
        month_to_date_usage: account.balance.usage,
        generated_at: account.balance.at,
      },
    };
  if (path === '/v2/customers/my/invoices') {
    const rows = account.invoices.map((invoice) => ({
      invoice_uuid: invoice.uuid,
      invoice_id: invoice.uuid,
      amount: invoice.amount,
      invoice_period: invoice.period,
    }));
    return linked(account, request, 'invoices', rows, {
      invoice_preview: {
        invoice_uuid: 'preview',
        invoice_id: '0',
        amount: '999.99',
        invoice_period: '2026-03',
        updated_at: account.balance.at,
      },
    });
  }
  if (path === '/v2/customers/my/invoices/preview') {
    const rows = account.preview.map((item) => ({
      product: item.product,
      resource_uuid: item.resource,
      group_description: item.group ?? '',
      description: item.description ?? '',
      amount: item.amount,
      duration: '1',
      duration_unit: 'Hours',
      start_time: account.balance.at,
      end_time: account.balance.at,
    }));
    return linked(account, request, 'invoice_items', rows);
  }
  const summary = /^\/v2\/customers\/my\/invoices\/([^/]+)\/summary$/.exec(path);
  if (summary) return invoiceSummary(account.invoices.find((invoice) => invoice.uuid === summary[1]));
  const insights = /^\/v2\/billing\/do:team(?:group)?:([^/]+)\/insights\/([^/]+)\/([^/]+)$/.exec(path);
  if (insights) return insightsPage(account, request, insights[2] ?? '', insights[3] ?? '');
  if (path === '/v2/apps')
    return account.apps === 0
      ? { json: { links: { pages: {} }, meta: { total: 0 } } }
      : linked(account, request, 'apps', ids(account.apps));
  if (path === '/v2/databases') {
    const secret = {
      password: DO_DATABASE_PASSWORD,
      uri: `postgres://doadmin:${DO_DATABASE_PASSWORD}@db.example.com/defaultdb`,
    };
    return {
      json: {
        databases: ids(account.databases).map((row) => ({
          ...row,
          engine: 'pg',
          connection: secret,
          private_connection: secret,
          users: [secret],
        })),
      },
    };
  }
  if (path === '/v2/registries')
    return {
      json: {
        registries: account.registries.map(({ name, bytes }) => ({ name, storage_usage_bytes: bytes, region: 'fra1' })),
      },
    };
  if (/^\/v2\/registries\/[^/]+\/garbage-collection$/.test(path) && account.garbageCollection !== undefined) {
    return { json: { garbage_collection: { uuid: 'gc', registry_name: 'r', status: account.garbageCollection } } };
  }
  return failure(404, 'not_found', 'The resource you requested could not be found.');
}

function insightsPage(account: FakeAccount, request: RecordedRequest, start: string, end: string): Answer {
  const rows = account.points.filter((point) => point.day >= start && point.day <= end);
  const { page, slice, pages } = paginate(account, request, rows);
  const points = slice.map((point) => ({
    usage_team_urn: `do:team:${DO_TEAM}`,
    start_date: point.day,
    total_amount: point.amount,
    region: 'fra1',
    sku: point.sku ?? '1-DO-DROP-0109',
    description: point.description ?? 'droplet name (c-2-4GiB)',
    group_description: point.group ?? '',
  }));
  return { json: { data_points: points, total_items: rows.length, total_pages: pages, current_page: page } };
}

function linked(
  account: FakeAccount,
  request: RecordedRequest,
  key: string,
  rows: readonly unknown[],
  extra: object = {},
): Answer {
  const { page, slice, pages } = paginate(account, request, rows);
  // The real host, as DigitalOcean sends it: a client behind a proxy must not follow it there.
  const next =
    page < pages
      ? { next: `https://api.digitalocean.com${request.path}?page=${page + 1}&per_page=${account.pageSize}` }
      : {};
  return { json: { [key]: slice, ...extra, links: page < pages ? { pages: next } : {}, meta: { total: rows.length } } };
}

function paginate<Row>(
  { pageSize }: FakeAccount,
  { query }: RecordedRequest,
  rows: readonly Row[],
): { page: number; slice: readonly Row[]; pages: number } {
  const page = Number(query.page ?? '1');
  return {
    page,
    slice: rows.slice((page - 1) * pageSize, page * pageSize),
    pages: Math.max(1, Math.ceil(rows.length / pageSize)),
  };
}

function invoiceSummary(invoice: FakeInvoice | undefined): Answer {
  if (invoice === undefined) return failure(404, 'not_found', 'no such invoice');
  const charge = (name: string, amount: string | undefined): object => ({ name, amount: amount ?? '0.00' });
  return {
    json: {
      invoice_uuid: invoice.uuid,
      invoice_id: invoice.uuid,
      billing_period: invoice.period,
      amount: invoice.amount,
      user_name: 'Sammy Shark',
      user_email: 'sammy@example.com',
      product_charges: {
        ...charge('Product usage charges', invoice.products),
        items: [{ amount: invoice.products, name: 'App Platform', count: '1' }],
      },
      overages: charge('Overages', invoice.overages),
      taxes: charge('Taxes', invoice.taxes),
      credits_and_adjustments: charge('Credits & adjustments', invoice.credits),
    },
  };
}

function ids(count: number): { id: string }[] {
  return Array.from({ length: count }, (_, index) => ({ id: `id-${index}` }));
}

function failure(status: number, id: string, message: string): Answer {
  return { status, json: { id, message, request_id: 'r' } };
}
