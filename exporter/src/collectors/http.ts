import type { z } from 'zod';
import { CollectorError } from './errors.ts';
import { classifyUnknown, withRetries, type RequestContext } from './retry.ts';

export interface HttpClientOptions {
  /** Who is asked, for messages: "DigitalOcean". */
  readonly provider: string;
  /** The setting that holds the credentials, named when they are refused. */
  readonly credential: string;
  readonly baseUrl: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Largest answer that is read, in bytes; 16 MiB by default. */
  readonly maxBytes?: number;
}

export interface GetOptions<Schema extends z.ZodType> {
  /** A list becomes one parameter for each of its values. */
  readonly query?: Readonly<Record<string, string | number | readonly string[] | undefined>>;
  readonly schema: Schema;
  /** Statuses whose body is read with the schema all the same (e.g. 404 with a meaning). */
  readonly accept?: readonly number[];
}

/**
 * The only client of a collector that speaks plain HTTP: every answer is validated, size-limited, counted and
 * retried.
 */
export interface HttpClient {
  /** GETs a path below the base URL. Throws `CollectorError`; never follows a redirect (it would leak the key). */
  get<Schema extends z.ZodType>(
    context: RequestContext,
    path: string,
    options: GetOptions<Schema>,
  ): Promise<Answer<Schema>>;
  /** POSTs a JSON body to a path that only reads (a GraphQL query, a list call): repeated like any other read. */
  query<Schema extends z.ZodType>(
    context: RequestContext,
    path: string,
    body: unknown,
    options: GetOptions<Schema>,
  ): Promise<Answer<Schema>>;
}

export interface Answer<Schema extends z.ZodType> {
  readonly status: number;
  readonly body: z.output<Schema>;
  readonly headers: Headers;
}

const DEFAULT_MAX_BYTES = 16 * 1024 * 1024;

export function createHttpClient(options: HttpClientOptions): HttpClient {
  const send = <Schema extends z.ZodType>(
    context: RequestContext,
    path: string,
    { query = {}, schema, accept = [] }: GetOptions<Schema>,
    init: RequestInit,
  ): Promise<Answer<Schema>> =>
    withRetries(
      context,
      async (signal) => {
        const url = urlBelow(options.baseUrl, path);
        for (const [name, value] of Object.entries(query))
          for (const one of value === undefined ? [] : [value].flat()) url.searchParams.append(name, String(one));
        const headers = {
          accept: 'application/json',
          ...(init.body === undefined ? {} : { 'content-type': 'application/json' }),
          ...options.headers,
        };
        const response = await fetch(url, { ...init, headers, redirect: 'error', signal });
        if (!response.ok && !accept.includes(response.status)) {
          const said = withoutSecrets(
            await readText(response, 64 * 1024).catch(() => ''),
            Object.values(options.headers),
          );
          throw errorOfStatus(options, path, response, said);
        }
        const text = await readText(response, options.maxBytes ?? DEFAULT_MAX_BYTES);
        return {
          status: response.status,
          body: parse(options.provider, path, text, schema),
          headers: response.headers,
        };
      },
      classifyUnknown,
      ({ status }) => status,
    );
  return {
    get: (context, path, getOptions) => send(context, path, getOptions, { method: 'GET' }),
    query: (context, path, body, getOptions) =>
      send(context, path, getOptions, { method: 'POST', body: JSON.stringify(body) }),
  };
}

/** A path below a base URL that may itself have a path; the host can never change. */
export function urlBelow(baseUrl: string, path: string): URL {
  const base = new URL(baseUrl.endsWith('/') ? baseUrl : `${baseUrl}/`);
  const url = new URL(path.replace(/^\/+/, ''), base);
  if (url.origin !== base.origin)
    throw new CollectorError('bad_payload', 'bad_response', `refusing to leave ${base.host} for ${url.host}`);
  return url;
}

/** Reads a body up to `maxBytes`; a longer one is `bad_payload`, and its socket is closed. */
export async function readText(response: Response, maxBytes: number): Promise<string> {
  if (response.body === null) return '';
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  const body: AsyncIterable<Uint8Array> = response.body;
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes)
      throw new CollectorError(
        'bad_payload',
        'bad_response',
        `the answer is larger than ${Math.round(maxBytes / 1024 / 1024)} MiB`,
        { status: response.status, retryable: false },
      );
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** Parses JSON and checks it; a message names the place, never the content (it may hold secrets). */
export function parse<Schema extends z.ZodType>(
  provider: string,
  what: string,
  text: string,
  schema: Schema,
): z.output<Schema> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    const shape =
      text.trim() === '' ? 'an empty body' : text.trimStart().startsWith('<') ? 'a web page' : 'broken JSON';
    throw new CollectorError(
      'bad_payload',
      'bad_response',
      `${provider} answered ${what} with ${shape} instead of JSON`,
      { cause: cause instanceof SyntaxError ? undefined : cause },
    );
  }
  return checked(provider, what, json, schema);
}

/** Checks a value that an SDK handed out; says where it is off, never what stood there. */
export function checked<Schema extends z.ZodType>(
  provider: string,
  what: string,
  value: unknown,
  schema: Schema,
): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const places = result.error.issues.slice(0, 3).map((issue) => placeOf(issue));
  throw new CollectorError(
    'bad_payload',
    'bad_response',
    `${provider} answered ${what} in a shape that cannot be trusted (${places.join('; ')})`,
  );
}

/** Where an answer is off. Of a union the branch that came furthest tells more than the union itself. */
function placeOf(issue: z.core.$ZodIssue, above: readonly PropertyKey[] = []): string {
  const path = [...above, ...issue.path];
  if (issue.code === 'invalid_union') {
    const deepest = issue.errors.flat().toSorted((a, b) => b.path.length - a.path.length)[0];
    if (deepest !== undefined) return placeOf(deepest, path);
  }
  return `${path.map(String).join('.') || 'answer'}: ${issue.message}`;
}

/** `Retry-After` in seconds: a number or an HTTP date. */
export function retryAfterSeconds(header: string | null | undefined): number | undefined {
  if (header === null || header === undefined || header.trim() === '') return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds);
  const time = Date.parse(header);
  return Number.isNaN(time) ? undefined : Math.max(0, (time - Date.now()) / 1000);
}

/** A refusal by status, classified; `said` is the body, of which only a short plain message is kept. */
export function errorOfStatus(
  options: Pick<HttpClientOptions, 'provider' | 'credential'>,
  path: string,
  response: Pick<Response, 'status' | 'headers'>,
  said: string,
): CollectorError {
  const { status } = response;
  const base = { status, retryAfterSeconds: retryAfterSeconds(response.headers.get('retry-after')) };
  const detail = providerMessage(said);
  const where = `${options.provider} ${path.split('?')[0] ?? path}`;
  if (status === 401)
    return new CollectorError(
      'auth',
      'invalid_key',
      `${where}: the key in ${options.credential} was refused (401)${detail}`,
      base,
    );
  if (status === 403)
    return new CollectorError(
      'auth',
      'missing_permission',
      `${where}: the key in ${options.credential} may not do this (403)${detail}`,
      base,
    );
  if (status === 404)
    return new CollectorError('upstream', 'not_found', `${where}: not found (404)${detail}`, {
      ...base,
      retryable: false,
    });
  if (status === 429)
    return new CollectorError('rate_limited', 'rate_limited', `${where}: too many requests (429)`, base);
  return new CollectorError('upstream', 'api_error', `${where}: answered ${status}${detail}`, {
    ...base,
    retryable: status >= 500,
  });
}

/** A provider may echo what it was sent: credentials never come back out of here. */
export function withoutSecrets(said: string, credentials: readonly string[]): string {
  return credentials
    .flatMap((value) => [value, value.replace(/^\w+ /, '')])
    .filter((value) => value.length >= 6)
    .reduce((text, value) => text.replaceAll(value, '[redacted]'), said);
}

/** The provider's own `message`, when it is a short plain text; anything else stays out of logs. */
function providerMessage(said: string): string {
  try {
    const json: unknown = JSON.parse(said);
    if (typeof json !== 'object' || json === null) return '';
    const message = 'message' in json ? json.message : 'msg' in json ? json.msg : undefined;
    return typeof message === 'string' && message.length > 0 && message.length <= 200 ? `: ${message}` : '';
  } catch {
    return '';
  }
}
