import { createLocalJWKSet, createRemoteJWKSet, customFetch, errors, type JWTVerifyGetKey } from 'jose';

export interface PublishedKeysOptions {
  /** How soon the issuer is asked again for a key that it did not have, or after it failed. */
  readonly cooldownMs?: number | undefined;
  /** After this the keys are read again: a revoked key is refused from then on. */
  readonly maxAgeMs?: number | undefined;
  /** How long the last keys remain valid while the issuer does not answer. */
  readonly staleMs?: number | undefined;
  /** Timeout of the whole response. */
  readonly timeoutMs?: number | undefined;
}

const LARGEST_ANSWER = 256 * 1024;
const DAY_MS = 86_400_000;
/** An issuer that starts at the same time as the exporter is asked again soon. */
const FIRST_COOLDOWN_MS = 1_000;

/** The issuer's keys cannot be read: not the caller's fault. Everything else that jose throws is about the token. */
const UNREADABLE = new Set(['ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID', 'ERR_JOSE_GENERIC']);

/** True where the issuer is at fault and not the token. */
export function isKeysUnreadable(error: unknown): boolean {
  if (error instanceof errors.JOSEError) return UNREADABLE.has(error.code);
  // A malformed header is a TypeError of jose's decoder; a TypeError of fetch means that the keys cannot be read.
  return error instanceof TypeError && error.message === 'fetch failed';
}

/**
 * The keys that an issuer publishes, read again when they are old or a token names an unknown one. While the issuer is
 * down, known keys stay valid for a day, and it is asked once per cool-down whatever tokens arrive.
 */
export function createPublishedKeys(url: URL, options: PublishedKeysOptions = {}): JWTVerifyGetKey {
  const { cooldownMs = 30_000, maxAgeMs = 600_000, staleMs = DAY_MS, timeoutMs = 5_000 } = options;
  const remote = createRemoteJWKSet(url, {
    timeoutDuration: timeoutMs,
    cooldownDuration: cooldownMs,
    cacheMaxAge: maxAgeMs,
    [customFetch]: smallFetch,
  });
  let freshAt = -Infinity;
  let failure: { readonly at: number; readonly error: unknown } | undefined;

  return async (header, token) => {
    if (
      failure !== undefined &&
      performance.now() <
        failure.at + (remote.jwks() === undefined ? Math.min(cooldownMs, FIRST_COOLDOWN_MS) : cooldownMs)
    ) {
      return fromKnown(header, token, failure.error);
    }
    try {
      const key = await remote(header, token);
      freshAt = performance.now();
      return key;
    } catch (error) {
      if (remote.fresh) freshAt = performance.now();
      if (!isKeysUnreadable(error)) throw error;
      failure = { at: performance.now(), error };
      return await fromKnown(header, token, error);
    }
  };

  async function fromKnown(
    ...[header, token, error]: [...Parameters<JWTVerifyGetKey>, unknown]
  ): Promise<Awaited<ReturnType<JWTVerifyGetKey>>> {
    const known = remote.jwks();
    if (known === undefined || performance.now() > freshAt + staleMs) throw error;
    return createLocalJWKSet(known)(header, token).catch((unmatched: unknown) => {
      // The key may be new and not readable now.
      throw unmatched instanceof errors.JWKSNoMatchingKey ? error : unmatched;
    });
  }
}

type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** The response is read up to a size far above any key set. */
const smallFetch: Fetch = async (url, init) => {
  const response = await fetch(url, init);
  if (response.status !== 200 || response.body === null) {
    await response.body?.cancel();
    return new Response(null, { status: response.status === 200 ? 204 : response.status });
  }
  const body: AsyncIterable<Uint8Array> = response.body;
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of body) {
      bytes += chunk.byteLength;
      if (bytes > LARGEST_ANSWER) throw new errors.JOSEError('the key set is too large');
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof Error && (error.name === 'TimeoutError' || error instanceof errors.JOSEError)) throw error;
    throw new errors.JOSEError('the key set broke off', { cause: error });
  }
  return new Response(Buffer.concat(chunks));
};
