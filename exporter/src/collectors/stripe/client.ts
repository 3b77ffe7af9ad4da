import { AsyncLocalStorage } from 'node:async_hooks';
import type Stripe from 'stripe';
import { z } from 'zod';
import { CollectorError } from '../errors.ts';
import { checked, parse, readText, urlBelow } from '../http.ts';
import { DEFAULT_RETRY, withRetries, type RequestContext } from '../retry.ts';
import { RESOURCES, classifyStripe, errorOfAnswer, isFailedCoercion, type Resource } from './errors.ts';
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
  /** One page of a list, object by object: what cannot be read is told apart instead of spoiling the others. */
  page<Item>(
    context: RequestContext,
    resource: Resource,
    page: PageCall,
    where: { readonly after?: string | undefined; readonly limit?: number },
    item: z.ZodType<Item>,
  ): Promise<Page<Item>>;
  /**
   * Pages a list to its end, or until `enough` says so (asked after each page). Every object counts once. An object
   * that cannot be read goes to `leftOut`; without it, it fails the list.
   */
  list<Item extends { readonly id: string }>(
    context: RequestContext,
    resource: Resource,
    page: PageCall,
    item: z.ZodType<Item>,
    options?: ListOptions<Item>,
  ): Promise<Listed<Item>>;
}

export type PageCall = (stripe: Stripe, cursor: { starting_after?: string; limit: number }) => Promise<unknown>;

export interface Page<Item> {
  readonly entries: readonly Entry<Item>[];
  readonly leftOut: readonly LeftOut[];
  readonly more: boolean;
  /** The last object's id, readable or not: the next page begins after it. */
  readonly last: string | undefined;
}

export interface Entry<Item> {
  readonly item: Item;
  /** As Stripe sent it. */
  readonly raw: unknown;
}

/** An object that cannot be read, with the place that is off. */
export interface LeftOut {
  readonly id: string;
  readonly error: CollectorError;
}

export interface ListOptions<Item> {
  readonly enough?: (items: readonly Item[]) => boolean;
  /** Goes on after this object. */
  readonly after?: string;
  readonly leftOut?: (one: LeftOut) => void;
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
  /** The JSON of the answer, as it was sent. */
  answer?: unknown;
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
              await call(stripe);
            } catch (error) {
              // One malformed decimal would make the SDK throw a whole page away; the schema looks at each object.
              if (attempt.failure !== undefined || attempt.answer === undefined || !isFailedCoercion(error))
                throw attempt.failure ?? error;
            }
            return checked('Stripe', RESOURCES[resource].title, attempt.answer, schema);
          });
        },
        classifyStripe,
      );
    },
    page: async (context, resource, page, { after, limit = PAGE_SIZE }, item) => {
      const where = { limit, ...(after === undefined ? {} : { starting_after: after }) };
      const answer = await client.read(context, resource, (stripe) => page(stripe, where), pageOf(z.unknown()));
      const read = answer.data.map((raw) => readObject(resource, raw, item));
      const last = answer.data.map(idOf).findLast((id) => id !== undefined);
      if (answer.has_more && (last === undefined || last === after)) throw endless(resource);
      return {
        entries: read.flatMap((one) => ('item' in one ? [one] : [])),
        leftOut: read.flatMap((one) => ('error' in one ? [one] : [])),
        more: answer.has_more,
        last,
      };
    },
    list: async (context, resource, page, item, { enough = () => false, after, leftOut } = {}) => {
      const byId = new Map<string, z.output<typeof item>>();
      const passed = new Set<string>();
      let cursor = after;
      for (let pages = 1; pages <= MAX_PAGES; pages += 1) {
        const {
          entries,
          leftOut: odd,
          more,
          last,
        } = await client.page(context, resource, page, { after: cursor }, item);
        if (last !== undefined && more && passed.has(last)) throw endless(resource);
        for (const one of odd) {
          if (leftOut === undefined) throw one.error;
          leftOut(one);
        }
        for (const { item: one } of entries) byId.set(one.id, one);
        const items = [...byId.values()];
        if (!more) return { items, complete: true };
        if (enough(items)) return { items, complete: false };
        cursor = last;
        if (last !== undefined) passed.add(last);
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

/** One object of a list; what cannot be read says where it is off. */
export function readObject<Item>(resource: Resource, raw: unknown, item: z.ZodType<Item>): Entry<Item> | LeftOut {
  try {
    return { item: checked('Stripe', RESOURCES[resource].title, raw, item), raw };
  } catch (error) {
    if (!(error instanceof CollectorError)) throw error;
    return { id: idOf(raw) ?? 'an object without an id', error };
  }
}

function idOf(raw: unknown): string | undefined {
  const found = identified.safeParse(raw);
  return found.success ? found.data.id : undefined;
}

/** Ids go into messages and URLs: nothing else may pass for one. */
const identified = z.object({ id: z.string().regex(/^[\w-]{1,255}$/) });

function endless(resource: Resource): CollectorError {
  return new CollectorError(
    'bad_payload',
    'page_loop',
    `Stripe: the list of ${RESOURCES[resource].title} goes round in circles`,
    { retryable: true },
  );
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
      attempt.answer = parse('Stripe', RESOURCES[attempt.resource].title, text, anyObject);
      return new Response(text, { status: response.status, headers: { 'content-type': 'application/json' } });
    } catch (error) {
      attempt.failure = error;
      throw error;
    }
  };
}
