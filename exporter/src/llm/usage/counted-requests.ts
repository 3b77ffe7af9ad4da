interface Counted {
  readonly requests: bigint;
  readonly errors: bigint;
  /** Prompt and completion tokens together. */
  readonly tokens: bigint;
  /** Micro USD. */
  readonly cost: bigint;
}

interface CountedRequests {
  readonly requests: number | null;
  readonly errors: number | null;
}

/**
 * Requests and failed requests of some usage. Null where tokens or a cost were counted and no request: a source
 * without a counter of requests stores 0, and nothing is used without a request. Failed ones are unknown with them,
 * unless some were counted.
 */
export function countedRequests({ requests, errors, tokens, cost }: Counted): CountedRequests {
  if (requests > 0n || (tokens === 0n && cost === 0n)) return { requests: Number(requests), errors: Number(errors) };
  return { requests: null, errors: errors > 0n ? Number(errors) : null };
}
