import { AsyncLocalStorage } from 'node:async_hooks';
import type { SupabaseClient } from '@supabase/supabase-js';
import type { z } from 'zod';
import { CollectorError } from '../errors.ts';
import { checked, errorOfStatus, readText, withoutSecrets } from '../http.ts';
import { classifyUnknown, withRetries, type RequestContext } from '../retry.ts';

const CREDENTIAL = 'SUPABASE_KEY';
const MAX_BYTES = 16 * 1024 * 1024;

/** Client of a Supabase project: the official SDK, plus the checks that it lacks. */
export interface SupabaseProjectClient {
  /** Runs one SDK call and checks what came back. Throws `CollectorError`, never an SDK error, never a partial answer. */
  call<Schema extends z.ZodType>(
    context: RequestContext,
    what: string,
    schema: Schema,
    run: (sdk: SupabaseClient) => Promise<{ data: unknown; error: unknown }>,
  ): Promise<z.output<Schema>>;
}

/**
 * One attempt: its signal goes into the SDK's fetch, and its real failure comes out (the SDK flattens errors to
 * text).
 */
interface Attempt {
  readonly signal: AbortSignal;
  failure?: CollectorError;
}

/** Builds the SDK client. Credentials must have passed `supabaseReadiness`: the SDK throws odd errors otherwise. */
export async function openSupabase(url: string, key: string): Promise<SupabaseProjectClient> {
  const { createClient } = await import('@supabase/supabase-js');
  const attempts = new AsyncLocalStorage<Attempt>();
  const sdk = createClient(url, key, {
    auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
    db: { retry: false },
    global: { fetch: guardedFetch(attempts, key) },
  });
  return {
    call: (context, what, schema, run) =>
      withRetries(context, async (signal) => {
        const attempt: Attempt = { signal };
        const result = await attempts
          .run(attempt, () => run(sdk))
          .catch((thrown: unknown) => {
            throw attempt.failure ?? classifySdk(what, thrown);
          });
        if (attempt.failure) throw attempt.failure;
        if (result.error !== null && result.error !== undefined) throw classifySdk(what, result.error);
        return checked('Supabase', what, result.data, schema);
      }),
  };
}

/** A fetch that never follows a redirect (the key would go along), stops with its attempt and caps the body. */
function guardedFetch(attempts: AsyncLocalStorage<Attempt>, key: string): typeof fetch {
  return async (input, init) => {
    const attempt = attempts.getStore();
    if (attempt === undefined)
      throw new CollectorError('bug', 'bug', 'the Supabase SDK sent a request that nobody asked for');
    try {
      const response = await fetch(input, { ...init, redirect: 'error', signal: attempt.signal });
      const text = await readText(response, MAX_BYTES);
      if (!response.ok) attempt.failure = refusal(pathOf(input), response, withoutSecrets(text, [key]));
      return new Response(text === '' ? null : text, {
        status: response.status,
        statusText: response.statusText,
        headers: response.headers,
      });
    } catch (error) {
      attempt.failure = classifyUnknown(error);
      throw attempt.failure;
    }
  };
}

function refusal(path: string, response: Response, body: string): CollectorError {
  const error = errorOfStatus({ provider: 'Supabase', credential: CREDENTIAL }, path, response, body);
  // The auth server answers 403 both to a key it cannot verify and to one without the role.
  if (response.status !== 403 || !body.includes('bad_jwt')) return error;
  return new CollectorError(
    'auth',
    'invalid_key',
    `Supabase ${path}: the key in ${CREDENTIAL} was refused (403, its signature is not this project's)`,
    { status: 403 },
  );
}

/** The SDK's own errors, where the transport worked: it could not parse the body. */
function classifySdk(what: string, thrown: unknown): CollectorError {
  if (thrown instanceof CollectorError) return thrown;
  const name = thrown instanceof Error ? thrown.name : typeof thrown;
  return new CollectorError(
    'bad_payload',
    'bad_response',
    `Supabase answered ${what} with something that is not usable JSON (${name})`,
    { cause: thrown },
  );
}

function pathOf(input: string | URL | Request): string {
  return new URL(input instanceof Request ? input.url : input).pathname.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/gi, '{id}');
}
