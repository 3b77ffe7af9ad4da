import type { z } from 'zod';
import { CollectorError } from '../errors.ts';
import { createHttpClient, type HttpClient } from '../http.ts';
import type { RequestContext } from '../retry.ts';
import { daysBetween } from '../../money/days.ts';
import type { Settings } from '../../settings/schema.ts';
import * as schema from './schema.ts';

const PER_PAGE = 200;
const MAX_PAGES = 200;
/** The longest stretch of days, first and last included, that one request for insights may ask for. */
export const INSIGHT_DAYS = 31;

export type DigitalOceanSettings = Pick<
  Settings,
  'DO_API_TOKEN' | 'DO_ACCOUNT_URN' | 'DO_REGISTRY_GC_CHECK' | 'DO_API_URL'
>;

/** The only client of DigitalOcean's API: GET requests; every list is read to its end or fails. */
export interface DigitalOceanClient {
  /** URN of the token's team; undefined for an account without one. */
  teamUrn(context: RequestContext): Promise<string | undefined>;
  /** `active`, `warning` or `locked`, as DigitalOcean says it; empty where it says nothing. */
  accountStatus(context: RequestContext): Promise<string>;
  /** Every data point of `start` to `end` (both included, at most 31 days). */
  insights(context: RequestContext, urn: string, start: string, end: string): Promise<schema.DataPoint[]>;
  balance(context: RequestContext): Promise<z.output<typeof schema.balance>>;
  /** Issued invoices, newest first. */
  invoices(context: RequestContext): Promise<schema.ListedInvoice[]>;
  invoiceSummary(context: RequestContext, uuid: string): Promise<z.output<typeof schema.invoiceSummary>>;
  /** The lines of the running month. */
  previewItems(context: RequestContext): Promise<schema.InvoiceItem[]>;
  countApps(context: RequestContext): Promise<number>;
  countDatabases(context: RequestContext): Promise<number>;
  registries(context: RequestContext): Promise<z.output<typeof schema.registries>['registries']>;
  /** State of the garbage collection that is running, or `none`. */
  garbageCollection(context: RequestContext, registry: string): Promise<string>;
}

export function createDigitalOceanClient(settings: DigitalOceanSettings): DigitalOceanClient {
  const http = createHttpClient({
    provider: 'DigitalOcean',
    credential: 'DO_API_TOKEN',
    baseUrl: settings.DO_API_URL,
    headers: { authorization: `Bearer ${settings.DO_API_TOKEN ?? ''}` },
  });
  const linked = createLinkedReader(http);

  return {
    async teamUrn(context) {
      const { body } = await http.get(context, '/v2/account', { schema: schema.account });
      return body.account.team ? `do:team:${body.account.team.uuid}` : undefined;
    },
    accountStatus: async (context) =>
      (await http.get(context, '/v2/account', { schema: schema.account })).body.account.status,
    insights: (context, urn, start, end) => readInsights(http, context, urn, start, end),
    balance: async (context) => (await http.get(context, '/v2/customers/my/balance', { schema: schema.balance })).body,
    invoices: (context) => linked(context, '/v2/customers/my/invoices', schema.invoicesPage, (page) => page.invoices),
    invoiceSummary: async (context, uuid) =>
      (await http.get(context, `/v2/customers/my/invoices/${uuid}/summary`, { schema: schema.invoiceSummary })).body,
    previewItems: (context) =>
      linked(context, '/v2/customers/my/invoices/preview', schema.invoiceItemsPage, (page) => page.invoice_items),
    countApps: async (context) => (await linked(context, '/v2/apps', schema.appsPage, (page) => page.apps)).length,
    countDatabases: async (context) =>
      (await http.get(context, '/v2/databases', { schema: schema.databases })).body.databases.length,
    registries: async (context) =>
      (await http.get(context, '/v2/registries', { schema: schema.registries })).body.registries,
    async garbageCollection(context, registry) {
      try {
        const { body } = await http.get(context, `/v2/registries/${registry}/garbage-collection`, {
          schema: schema.garbageCollection,
        });
        return body.garbage_collection.status;
      } catch (error) {
        if (error instanceof CollectorError && error.status === 404) return 'none';
        throw error;
      }
    },
  };
}

interface LinkedPage {
  readonly links?:
    { readonly pages?: { readonly next?: string | null | undefined } | null | undefined } | null | undefined;
}

/** Follows `links.pages.next`: only its query counts, so that the host and the path stay the configured ones. */
function createLinkedReader(http: HttpClient) {
  return async <Schema extends z.ZodType<LinkedPage>, Row>(
    context: RequestContext,
    path: string,
    pageSchema: Schema,
    rowsOf: (page: z.output<Schema>) => readonly Row[],
  ): Promise<Row[]> => {
    const rows: Row[] = [];
    const seen = new Set<string>();
    let query: Record<string, string | number> = { per_page: PER_PAGE };
    for (let pages = 0; pages < MAX_PAGES; pages += 1) {
      const { body } = await http.get(context, path, { query, schema: pageSchema });
      rows.push(...rowsOf(body));
      const next = body.links?.pages?.next;
      if (next === undefined || next === null || next === '') return rows;
      if (!URL.canParse(next, 'https://next.invalid'))
        throw new CollectorError(
          'bad_payload',
          'bad_response',
          `DigitalOcean ${path}: the link to the next page is not a URL`,
        );
      query = Object.fromEntries(new URL(next, 'https://next.invalid').searchParams);
      const place = JSON.stringify(query);
      if (seen.has(place)) throw pageLoop(path);
      seen.add(place);
    }
    throw tooManyPages(path);
  };
}

/** Insights count their pages in the body instead of linking them. */
async function readInsights(
  http: HttpClient,
  context: RequestContext,
  urn: string,
  start: string,
  end: string,
): Promise<schema.DataPoint[]> {
  if (daysBetween(start, end) >= INSIGHT_DAYS)
    throw new RangeError(`insights of ${start} to ${end} are more than ${INSIGHT_DAYS} days`);
  const path = `/v2/billing/${urn}/insights/${start}/${end}`;
  const points: schema.DataPoint[] = [];
  for (let page = 1; page <= MAX_PAGES; page += 1) {
    const { body } = await http.get(context, path, {
      query: { per_page: PER_PAGE, page },
      schema: schema.insightsPage,
    });
    if (body.current_page !== page) throw pageLoop('/v2/billing/…/insights');
    points.push(...body.data_points);
    if (page < body.total_pages) continue;
    if (points.length !== body.total_items) {
      throw new CollectorError(
        'bad_payload',
        'bad_response',
        `DigitalOcean announced ${body.total_items} billing insights and sent ${points.length}`,
      );
    }
    if (points.length > 0 && points.every(({ total_amount: amount }) => amount === null))
      throw new CollectorError(
        'bad_payload',
        'bad_response',
        'DigitalOcean sent billing insights without any usable amount',
      );
    const stray = points.find((point) => point.start_date < start || point.start_date > end);
    if (stray)
      throw new CollectorError(
        'bad_payload',
        'bad_response',
        `DigitalOcean sent insights of ${stray.start_date}, outside ${start} to ${end}`,
      );
    return points;
  }
  throw tooManyPages('/v2/billing/…/insights');
}

function pageLoop(path: string): CollectorError {
  return new CollectorError('bad_payload', 'page_loop', `DigitalOcean ${path}: the pages go round in a circle`);
}

function tooManyPages(path: string): CollectorError {
  return new CollectorError('bad_payload', 'too_many_pages', `DigitalOcean ${path}: more than ${MAX_PAGES} pages`);
}
