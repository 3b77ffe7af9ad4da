import type RequestClient from 'twilio/lib/base/RequestClient.js';
import type { Twilio } from 'twilio';
import { z } from 'zod';
import { CollectorError } from '../errors.ts';
import { errorOfStatus, parse, readText, urlBelow, withoutSecrets } from '../http.ts';
import { classifyUnknown, withRetries, type RequestContext } from '../retry.ts';
import { addDays } from '../../money/days.ts';
import type { Settings } from '../../settings/schema.ts';
import { messagesPage, usagePage, type UsageRecord } from './schema.ts';

export type TwilioSettings = Pick<
  Settings,
  'TWILIO_ACCOUNT_SID' | 'TWILIO_AUTH_TOKEN' | 'TWILIO_FROM_NUMBER' | 'TWILIO_API_URL'
> &
  Partial<Pick<Settings, 'TWILIO_API_KEY_SID' | 'TWILIO_API_KEY_SECRET'>>;

const PAGE_SIZE = 1000;
const MAX_PAGES = 100;
const MAX_BYTES = 16 * 1024 * 1024;

/**
 * The only client of Twilio's API: the official SDK asks and pages; every answer is validated before the SDK sees it.
 */
export interface TwilioClient {
  /** One record a day of a category, subaccounts included; `start` and `end` are both included. */
  dailyUsage(context: RequestContext, category: string, start: string, end: string): Promise<UsageRecord[]>;
  /** When each message from `number` was sent, of those sent on `start` to `end` (both included). */
  sentTimes(context: RequestContext, number: string, start: string, end: string): Promise<Date[]>;
}

export function createTwilioClient(settings: TwilioSettings): TwilioClient {
  const sid = settings.TWILIO_ACCOUNT_SID ?? '';
  const account = (client: Twilio) => client.api.v2010.accounts(sid);
  return {
    dailyUsage: (context, category, start, end) => {
      const asked = {
        category,
        startDate: midnight(start),
        endDate: midnight(end),
        includeSubaccounts: true,
        pageSize: PAGE_SIZE,
      };
      return readPages(
        settings,
        context,
        'Usage/Records/Daily',
        usagePage,
        (page) => page.usage_records,
        (client, next) => {
          const records = account(client).usage.records.daily;
          return next === undefined ? records.page(asked) : records.getPage(next);
        },
      );
    },
    async sentTimes(context, number, start, end) {
      const asked = {
        from: number,
        dateSentAfter: midnight(start),
        dateSentBefore: midnight(addDays(end, 1)),
        pageSize: PAGE_SIZE,
      };
      const times = await readPages(
        settings,
        context,
        'Messages',
        messagesPage,
        (page) => page.messages,
        (client, next) => {
          const { messages } = account(client);
          return next === undefined ? messages.page(asked) : messages.getPage(next);
        },
      );
      return times.filter((time) => time !== null);
    },
  };
}

type Ask = (client: Twilio, next: string | undefined) => Promise<{ nextPageUrl?: string | undefined }>;

async function readPages<Schema extends z.ZodType, Row>(
  settings: TwilioSettings,
  context: RequestContext,
  what: string,
  schema: Schema,
  rowsOf: (page: z.output<Schema>) => readonly Row[],
  ask: Ask,
): Promise<Row[]> {
  const rows: Row[] = [];
  const seen = new Set<string>();
  let next: string | undefined;
  for (let pages = 0; pages < MAX_PAGES; pages += 1) {
    const from = next;
    const page = await readPage(settings, context, what, schema, (client) => ask(client, from));
    rows.push(...rowsOf(page.body));
    next = page.next;
    if (next === undefined) return rows;
    if (seen.has(next))
      throw new CollectorError('bad_payload', 'page_loop', `Twilio ${what}: the pages go round in a circle`);
    seen.add(next);
  }
  throw new CollectorError('bad_payload', 'too_many_pages', `Twilio ${what}: more than ${MAX_PAGES} pages`);
}

async function readPage<Schema extends z.ZodType>(
  settings: TwilioSettings,
  context: RequestContext,
  what: string,
  schema: Schema,
  ask: (client: Twilio) => Promise<{ nextPageUrl?: string | undefined }>,
): Promise<{ body: z.output<Schema>; next: string | undefined }> {
  return withRetries(
    context,
    async (signal) => {
      let body: z.output<Schema> | undefined;
      const client = await connect(settings, async (request) => {
        const text = await get(settings, what, request, signal);
        body = parse('Twilio', what, text, schema);
        return text;
      });
      const page = await ask(client);
      if (body === undefined)
        throw new CollectorError('bad_payload', 'bad_response', `Twilio ${what}: no answer came through`);
      return { body, next: page.nextPageUrl };
    },
    classify,
  );
}

interface SdkRequest {
  readonly uri: string;
  readonly params: object;
  readonly username: string;
  readonly password: string;
  readonly userAgent: string;
}

/**
 * Sends what the SDK wants to send, to the configured host only. The SDK's own transport has no time-out, follows
 * redirects with the credentials, and drops the headers of an error (Retry-After).
 */
async function get(settings: TwilioSettings, what: string, request: SdkRequest, signal: AbortSignal): Promise<string> {
  const asked = new URL(request.uri);
  const url = urlBelow(settings.TWILIO_API_URL, asked.pathname + asked.search);
  for (const [name, value] of Object.entries(request.params)) url.searchParams.set(name, String(value));
  const basic = Buffer.from(`${request.username}:${request.password}`).toString('base64');
  const response = await fetch(url, {
    headers: { accept: 'application/json', 'user-agent': request.userAgent, authorization: `Basic ${basic}` },
    redirect: 'error',
    signal,
  });
  const text = await readText(response, MAX_BYTES);
  if (!response.ok)
    throw errorOfStatus(
      { provider: 'Twilio', credential: credentialOf(settings) },
      what,
      response,
      withoutSecrets(text, [basic, request.password]),
    );
  return text;
}

/** The SDK is loaded when it is first needed: it is large, and most commands never ask Twilio. */
async function connect(settings: TwilioSettings, send: (request: SdkRequest) => Promise<string>): Promise<Twilio> {
  const { default: twilio } = await import('twilio');
  class CheckedRequestClient extends twilio.RequestClient {
    override async request<Body>(options: RequestClient.RequestOptions<Body>) {
      if (options.method !== 'get') throw new CollectorError('bug', 'bug', 'Twilio is only ever read');
      const text = await send({
        uri: options.uri,
        params: options.params ?? {},
        username: options.username ?? '',
        password: options.password ?? '',
        userAgent: options.headers?.['User-Agent'] ?? 'marginboard',
      });
      return { statusCode: 200, body: z.custom<Body>().parse(JSON.parse(text)), headers: {} };
    }
  }
  // Without both the SDK's lists never settle, so they are checked again here, where it is made.
  const { TWILIO_ACCOUNT_SID: accountSid, TWILIO_API_KEY_SID: keySid, TWILIO_API_KEY_SECRET: keySecret } = settings;
  const [user, password] = hasApiKey(settings) ? [keySid, keySecret] : [accountSid, settings.TWILIO_AUTH_TOKEN];
  if (!accountSid || !user || !password)
    throw new CollectorError('auth', 'malformed_key', 'TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN must both be set');
  return twilio(user, password, { accountSid, httpClient: new CheckedRequestClient(), autoRetry: false });
}

/** An API key is taken in place of the auth token: it may be restricted to reading usage, and revoked by itself. */
export function hasApiKey(settings: Pick<TwilioSettings, 'TWILIO_API_KEY_SID' | 'TWILIO_API_KEY_SECRET'>): boolean {
  return settings.TWILIO_API_KEY_SID !== undefined && settings.TWILIO_API_KEY_SECRET !== undefined;
}

/** The setting that is named when Twilio refuses the credentials. */
export function credentialOf(settings: TwilioSettings): string {
  return hasApiKey(settings) ? 'TWILIO_API_KEY_SECRET' : 'TWILIO_AUTH_TOKEN';
}

/** Whatever the SDK throws over an answer that it was handed is about that answer. */
function classify(error: unknown): CollectorError {
  const known = classifyUnknown(error);
  if (known.kind !== 'bug' || error instanceof CollectorError) return known;
  return new CollectorError('bad_payload', 'bad_response', 'the Twilio SDK could not read the answer', {
    cause: error,
  });
}

function midnight(day: string): Date {
  return new Date(`${day}T00:00:00Z`);
}
