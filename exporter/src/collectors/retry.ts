import { setTimeout as sleep } from 'node:timers/promises';
import { performance } from 'node:perf_hooks';
import { untilAborted } from '../process/deadline.ts';
import type { CollectContext, RetryPolicy } from './contract.ts';
import { CollectorError } from './errors.ts';

export const DEFAULT_RETRY: RetryPolicy = {
  tries: 3,
  minWaitMs: 1_000,
  maxWaitMs: 30_000,
  maxRetryAfterMs: 60_000,
  requestTimeoutMs: 30_000,
};

/** The parts of a `CollectContext` that a single request needs. */
export type RequestContext = Pick<CollectContext, 'signal' | 'upstream' | 'retry' | 'log'>;

/** Turns whatever an attempt threw into a `CollectorError`; SDK adapters bring their own. */
export type Classify = (error: unknown) => CollectorError;

const TRANSIENT_STATUS = new Set([408, 425, 429]);

/**
 * The one place where reads of a provider are retried: 3 tries, full jitter, Retry-After honoured up to a
 * minute, only on 408, 425, 429, 5xx, time-outs and network errors. Every attempt is counted once and has its own
 * overall time-out, whatever the SDK inside does with the signal.
 *
 * A plain loop instead of a library: the waits follow Retry-After, which p-retry cannot be given, so with it the waits,
 * the conditions and the classification were ours anyway.
 */
export async function withRetries<T>(
  context: RequestContext,
  attempt: (signal: AbortSignal) => Promise<T>,
  classify: Classify = classifyUnknown,
  statusOf: (result: T) => number = () => 200,
): Promise<T> {
  const policy = context.retry ?? DEFAULT_RETRY;
  for (let tries = 1; ; tries += 1) {
    try {
      return await runAttempt(context, policy, attempt, classify, statusOf);
    } catch (thrown) {
      const error = classify(thrown);
      const isFinal = tries >= policy.tries || context.signal.aborted || !isTransient(error);
      if (isFinal || !waitsWithin(error, policy)) throw error;
      const wait = waitOf(error, tries, policy);
      context.log.debug({ attempt: tries, waitMs: Math.round(wait), reason: error.message }, 'trying again');
      // An abort ends the wait early; the next attempt then fails with the reason of the abort.
      await sleep(wait, undefined, { signal: context.signal }).catch(() => undefined);
    }
  }
}

/** Errors of `fetch` and of sockets; anything unknown is a bug of ours until proven otherwise. */
export function classifyUnknown(error: unknown): CollectorError {
  if (error instanceof CollectorError) return error;
  if (error instanceof Error) {
    if (error.name === 'TimeoutError')
      return new CollectorError('timeout', 'timeout', 'the provider did not answer in time', { cause: error });
    if (error.name === 'AbortError')
      return new CollectorError('timeout', 'timeout', 'the request was given up', { cause: error });
    const code = socketCode(error);
    if (code !== undefined)
      return new CollectorError('network', 'network', `no connection to the provider (${code})`, { cause: error });
    if (error instanceof TypeError && error.message === 'fetch failed') return brokenFetch(error);
    return new CollectorError('bug', 'bug', error.message, { cause: error });
  }
  return new CollectorError('bug', 'bug', `something was thrown that is not an Error: ${typeof error}`, {
    cause: error,
  });
}

/** A fetch that broke for a reason without a socket code: a refused redirect, a broken HTTP answer. */
function brokenFetch(error: TypeError): CollectorError {
  if (error.cause instanceof Error && error.cause.message.includes('redirect')) {
    return new CollectorError(
      'upstream',
      'bad_response',
      'the provider answered with a redirect, which is not followed: it would carry the key elsewhere; check the address',
      { retryable: false, cause: error },
    );
  }
  return new CollectorError('network', 'network', 'the connection to the provider broke', { cause: error });
}

/** The code of a socket or DNS error behind `error` (ECONNREFUSED, ENOTFOUND, UND_ERR_SOCKET ...), if there is one. */
export function socketCode(error: unknown): string | undefined {
  for (
    let current: unknown = error, depth = 0;
    current instanceof Error && depth < 5;
    current = current.cause, depth += 1
  ) {
    if (
      'code' in current &&
      typeof current.code === 'string' &&
      /^(E[A-Z]+|UND_ERR_\w+|ERR_TLS\w*|CERT_\w+|DEPTH_ZERO\w+)$/.test(current.code)
    )
      return current.code;
    if (current instanceof TypeError && current.message === 'fetch failed' && current.cause === undefined)
      return 'fetch failed';
  }
  return undefined;
}

/**
 * One attempt, counted and timed. Throws what `classify` makes of the failure, and the signal's reason once it is
 * aborted.
 */
async function runAttempt<T>(
  context: RequestContext,
  policy: RetryPolicy,
  attempt: (signal: AbortSignal) => Promise<T>,
  classify: Classify,
  statusOf: (result: T) => number,
): Promise<T> {
  context.signal.throwIfAborted();
  const started = performance.now();
  const timeout = AbortSignal.timeout(policy.requestTimeoutMs);
  const signal = AbortSignal.any([context.signal, timeout]);
  try {
    const result = await untilAborted(signal, () => attempt(signal));
    context.upstream.observe(String(statusOf(result)), (performance.now() - started) / 1000);
    return result;
  } catch (thrown) {
    const error =
      timeout.aborted && !context.signal.aborted
        ? new CollectorError('timeout', 'timeout', `no complete answer within ${policy.requestTimeoutMs / 1000} s`, {
            cause: thrown,
          })
        : classify(thrown);
    context.upstream.observe(codeOf(error, context.signal), (performance.now() - started) / 1000);
    throw error;
  }
}

/** `aborted` is ours (a budget or the shutdown), not the provider's fault. */
function codeOf(error: CollectorError, run: AbortSignal): string {
  if (error.status !== undefined) return String(error.status);
  if (run.aborted) return 'aborted';
  return error.kind === 'timeout' ? 'timeout' : 'error';
}

function isTransient(error: CollectorError): boolean {
  // Also with another status than 429: a lock that another request holds, for one.
  if (error.kind === 'rate_limited') return true;
  if (error.status !== undefined) return TRANSIENT_STATUS.has(error.status) || error.status >= 500;
  return error.kind === 'network' || error.kind === 'timeout';
}

function waitsWithin(error: CollectorError, policy: RetryPolicy): boolean {
  return (error.retryAfterSeconds ?? 0) * 1000 <= policy.maxRetryAfterMs;
}

function waitOf(error: CollectorError, attempt: number, policy: RetryPolicy): number {
  if (error.retryAfterSeconds !== undefined) return error.retryAfterSeconds * 1000;
  const ceiling = Math.min(policy.maxWaitMs, policy.minWaitMs * 2 ** attempt);
  return policy.minWaitMs + Math.random() * (ceiling - policy.minWaitMs);
}
