import { AsyncLocalStorage } from 'node:async_hooks';
import type Stripe from 'stripe';
import type { z } from 'zod';
import { CollectorError } from '../errors.ts';
import { checked, parse, readText, urlBelow } from '../http.ts';
import { DEFAULT_RETRY, withRetries, type RequestContext } from '../retry.ts';
import { RESOURCES, classifyStripe, errorOfAnswer, type Resource } from './errors.ts';
import { anyObject, pageOf } from './schema.ts';

/** One read through the official SDK; every request goes through `guardedFetch`. */
export type Call = (stripe: Stripe) => Promise<unknown>;

/**
 * The only client of Stripe's API: retried, counted, limited in time and size, and validated. Throws
 * `CollectorError`.
 */
export interface StripeClient {
  read<Schema extends z.ZodType>(
    context: RequestContext,
    resource: Resource,
    call: Call,
    schema: Schema,
  ): Promise<z.output<Schema>>;
  /** Pages a list to its end, or until `enough` says so (asked after each page). Every object counts once. */
  list<Item extends { readonly id: string }>(
    context: RequestContext,
    resource: Resource,
    page: PageCall,
    item: z.ZodType<Item>,
    options?: ListOptions<Item>,
  ): Promise<Listed<Item>>;
}

export type PageCall = (stripe: Stripe, cursor: { starting_after?: string; limit: number }) => Promise<unknown>;

export interface ListOptions<Item> {
  readonly enough?: (items: readonly Item[]) => boolean;
  /** Goes on after this object. */
  readonly after?: string;
}

export interface Listed<Item> {
  readonly items: readonly Item[];
  /** False when `enough` stopped it before the end. */
  readonly complete: boolean;
}

interface Attempt {
  readonly resource: Resource;
  readonly signal: AbortSignal;
  /** What `guardedFetch` threw: the SDK wraps it in an error of its own. */
  failure?: unknown;
}

const MAX_BYTES = 32 * 1024 * 1024;
const PAGE_SIZE = 100;
/** 300,000 objects; far beyond it a list is endless rather than long. */
const MAX_PAGES = 3_000;

const attempts = new AsyncLocalStorage<Attempt>();

export function createStripeClient(key: string, baseUrl: string): StripeClient {
  let sdk: Promise<Stripe> | undefined;
  const client: StripeClient = {
    read: async (context, resource, call, schema) => {
      sdk ??= createSdk(key, baseUrl, context);
      const stripe = await sdk;
      return withRetries(
        context,
        (signal) => {
          const attempt: Attempt = { resource, signal };
          return attempts.run(attempt, async () => {
            try {
              return checked('Stripe', RESOURCES[resource].title, await call(stripe), schema);
            } catch (error) {
              throw attempt.failure ?? error;
            }
          });
        },
        classifyStripe,
      );
    },
    list: async (context, resource, page, item, { enough = () => false, after } = {}) => {
      const byId = new Map<string, z.output<typeof item>>();
      const schema = pageOf(item);
      let cursor = after;
      for (let pages = 1; pages <= MAX_PAGES; pages += 1) {
        const where = { limit: PAGE_SIZE, ...(cursor === undefined ? {} : { starting_after: cursor }) };
        const { data, has_more: more } = await client.read(context, resource, (stripe) => page(stripe, where), schema);
        const last = data.at(-1)?.id;
        if (more && (last === undefined || last === cursor || byId.has(last))) {
          throw new CollectorError(
            'bad_payload',
            'page_loop',
            `Stripe: the list of ${RESOURCES[resource].title} goes round in circles after ${pages} pages`,
            { retryable: true },
          );
        }
        for (const one of data) byId.set(one.id, one);
        const items = [...byId.values()];
        if (!more) return { items, complete: true };
        if (enough(items)) return { items, complete: false };
        cursor = last;
      }
      throw new CollectorError(
        'bad_payload',
        'too_many_pages',
        `Stripe: the list of ${RESOURCES[resource].title} does not end after ${MAX_PAGES} pages`,
        { retryable: false },
      );
    },
  };
  return client;
}

/** Loaded at the first use: the SDK takes longer to load than the rest of the exporter. */
async function createSdk(key: string, baseUrl: string, { retry = DEFAULT_RETRY }: RequestContext): Promise<Stripe> {
  const { default: StripeSdk } = await import('stripe');
  return new StripeSdk(key, {
    httpClient: StripeSdk.createFetchHttpClient(guardedFetch(baseUrl)),
    // Attempts are repeated, counted and timed in collectors/retry.ts; this time-out is only a second line.
    maxNetworkRetries: 0,
    timeout: retry.requestTimeoutMs + 5_000,
    telemetry: false,
    appInfo: { name: 'marginboard' },
  });
}

/**
 * The SDK's network: to the configured host only, without redirects, with our signal and a size cap. It refuses by
 * status before the SDK looks at the body, which takes any JSON without `error` for data, also with a 404 or 500.
 */
function guardedFetch(baseUrl: string): typeof fetch {
  return async (input, init) => {
    const attempt = attempts.getStore();
    if (attempt === undefined) throw new CollectorError('bug', 'bug', 'a Stripe request outside the client');
    try {
      const { pathname, search } = new URL(
        typeof input === 'string' ? input : input instanceof URL ? input.href : input.url,
      );
      const response = await fetch(urlBelow(baseUrl, `${pathname}${search}`), {
        ...init,
        redirect: 'manual',
        signal: attempt.signal,
      });
      const text = await readText(response, MAX_BYTES);
      if (!response.ok) throw errorOfAnswer(attempt.resource, response.status, response.headers, text);
      parse('Stripe', RESOURCES[attempt.resource].title, text, anyObject);
      return new Response(text, { status: response.status, headers: { 'content-type': 'application/json' } });
    } catch (error) {
      attempt.failure = error;
      throw error;
    }
  };
}
