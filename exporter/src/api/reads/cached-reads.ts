import type { z } from 'zod';
import type { Role } from '../../contract/datasets.ts';
import { dayOf } from '../../money/days.ts';
import type { DataVersion } from '../../database/data-version.ts';
import type { Snapshot } from '../../database/reader.ts';
import type { ApiDeps } from '../deps.ts';
import { noBody } from '../http/body.ts';
import { encodeContent, encodeJson, type Content, type EncodedAnswer } from '../http/encoded.ts';
import { checked, type Route, type RouteDoc } from '../http/route.ts';
import { createResponseCache, type CachedResponse } from './response-cache.ts';
import {
  readPeriodFacts,
  readSyncState,
  type FactsRequest,
  type PeriodFacts,
  type SyncState,
} from '../shared/facts.ts';
import { coalesce } from '../../process/coalesce.ts';
import { createSharedReads } from '../../process/shared-reads.ts';
import { noParams } from '../shared/schemas.ts';

/** What an answer may depend on: one snapshot of the data and the time of that snapshot. */
export interface ReadContext extends Pick<Snapshot, 'db' | 'now'> {
  readonly today: string;
  /** Shared by every answer of the same data. */
  syncState(): Promise<SyncState>;
  /** Shared by every answer about the same period and provider. */
  periodFacts(request: FactsRequest): Promise<PeriodFacts>;
  /** Limits how long the answer may be cached: from this time on the same data give another answer. */
  expires(at: Date): void;
}

/** What is sent: JSON, or other content as text. */
export type Answered = ({ readonly json: unknown } | { readonly content: Content }) & {
  /** False where part of the answer is incomplete for now, such as an e-mail that is still looked up. */
  readonly cacheable: boolean;
};

/** How an answer comes about. */
export interface Answering<Query extends z.ZodObject, Result, Params extends z.ZodObject = typeof noParams> {
  readonly operationId: string;
  readonly query: Query;
  /** False for answers that change without a change of the data, such as the state of a run. */
  readonly cacheable?: false;
  /** Reads everything that the answer needs from the database, one statement after the other on one connection. */
  read(input: ReadInput<Query, Params> & { readonly role: Role; readonly context: ReadContext }): Promise<Result>;
  /** Completes the answer from other sources after the connection was released. Default: the result is the answer. */
  finish?(result: Result, input: ReadInput<Query, Params>): Promise<Answered>;
}

export interface ReadInput<Query extends z.ZodObject, Params extends z.ZodObject> {
  readonly query: z.output<Query>;
  readonly params: z.output<Params>;
}

export interface ReadDefinition<Query extends z.ZodObject, Result, Params extends z.ZodObject = typeof noParams>
  extends Answering<Query, Result, Params>, Omit<RouteDoc, 'method' | 'operationId'> {}

/** A route whose path names something. */
export interface ReadDefinitionAt<Query extends z.ZodObject, Result, Params extends z.ZodObject> extends ReadDefinition<
  Query,
  Result,
  Params
> {
  readonly params: Params;
}

/** Answers from data alone. Of the caller they see only the role, so callers of one role share answers. */
export interface Reads {
  /** A route of the API. */
  route<Query extends z.ZodObject, Result>(definition: ReadDefinition<Query, Result>): Route;
  routeAt<Query extends z.ZodObject, Result, Params extends z.ZodObject>(
    definition: ReadDefinitionAt<Query, Result, Params>,
  ): Route;
  /** The same for a page, which checks its own input. */
  answer<Query extends z.ZodObject, Result>(
    definition: Answering<Query, Result>,
  ): (query: z.output<Query>, role: Role) => Promise<EncodedAnswer>;
}

/** Memory for cached answers: plain and compressed bodies and their overhead. */
const CACHE_BYTES = 6 * 1024 * 1024;
/** Periods whose facts are cached, a few hundred bytes each. */
const MAX_CACHED_FACTS = 100;
/** An upper bound in case a change escaped version and stamp. */
const MAX_AGE_MS = 5 * 60_000;

interface Computed {
  readonly encoded: EncodedAnswer;
  /** Undefined where the answer must not be cached. */
  readonly cached: CachedResponse | undefined;
}

/**
 * Caches encoded answers until something is stored. A cached answer costs one round trip to the database for the data
 * version, and neither SQL nor JSON nor gzip. Errors are never cached.
 */
export function createReads({ reader, clock }: Pick<ApiDeps, 'reader' | 'clock'>): Reads {
  const answers = createResponseCache(CACHE_BYTES);
  const states = createSharedReads<SyncState>(2);
  const facts = createSharedReads<PeriodFacts>(MAX_CACHED_FACTS);
  const dataVersion = coalesce(() => reader.version());
  const underWay = new Map<string, Promise<Computed>>();
  const timeOf = ({ now }: { readonly now: Date }): Date => clock.fixed ?? now;

  function sharedOf({ db, version, stamp }: Snapshot, today: string): Pick<ReadContext, 'syncState' | 'periodFacts'> {
    const readFacts = (request: FactsRequest): Promise<PeriodFacts> => readPeriodFacts(db, { ...request, today });
    if (version === null) return { syncState: () => readSyncState(db, today), periodFacts: readFacts };
    const data = `${version} ${stamp} ${today}`;
    return {
      syncState: () => states(data, () => readSyncState(db, today)),
      periodFacts: (request) =>
        facts(`${data} ${request.from} ${request.to} ${request.provider ?? ''}`, () => readFacts(request)),
    };
  }

  async function compute<Query extends z.ZodObject, Result, Params extends z.ZodObject>(
    definition: Answering<Query, Result, Params>,
    input: ReadInput<Query, Params>,
    role: Role,
  ): Promise<Computed> {
    const computedAt = performance.now();
    const { result, version, stamp, day, until } = await reader.snapshot(async (snapshot) => {
      const now = timeOf(snapshot);
      const today = dayOf(now);
      let until = Number.POSITIVE_INFINITY;
      const context: ReadContext = {
        ...sharedOf(snapshot, today),
        db: snapshot.db,
        now,
        today,
        expires: (at) => {
          until = Math.min(until, at.getTime());
        },
      };
      const found = await definition.read({ ...input, role, context });
      return { result: found, version: snapshot.version, stamp: snapshot.stamp, day: today, until };
    });
    const answered: Answered =
      definition.finish === undefined ? { json: result, cacheable: true } : await definition.finish(result, input);
    const encoded = await ('json' in answered ? encodeJson(answered.json) : encodeContent(answered.content));
    const { cacheable } = answered;
    return {
      encoded,
      cached: cacheable && version !== null ? { ...encoded, version, stamp, day, until, computedAt } : undefined,
    };
  }

  async function answerTo<Query extends z.ZodObject, Result, Params extends z.ZodObject>(
    definition: Answering<Query, Result, Params>,
    input: ReadInput<Query, Params>,
    role: Role,
  ): Promise<EncodedAnswer> {
    if (definition.cacheable === false) return (await compute(definition, input, role)).encoded;
    // Always asked before the cache: without a database there is no answer.
    const present = await dataVersion();
    const now = timeOf(present);
    const key = keyOf(definition.operationId, role, { ...input.query, ...input.params });
    const hit = answers.get(key);
    if (hit !== undefined && isCurrent(hit, present, now)) return hit;
    // Only callers that saw the same version share: another one could get an answer older than its question.
    const flight = [key, present.version, present.stamp, dayOf(now)].join(' ');
    const running = underWay.get(flight);
    if (running !== undefined) return (await running).encoded;
    const computed = compute(definition, input, role).finally(() => underWay.delete(flight));
    underWay.set(flight, computed);
    const { encoded, cached } = await computed;
    if (cached !== undefined) answers.set(key, cached);
    return encoded;
  }

  function routeAt<Query extends z.ZodObject, Result, Params extends z.ZodObject>(
    definition: ReadDefinitionAt<Query, Result, Params>,
  ): Route {
    const { query, params, cacheable: _cacheable, read: _read, finish: _finish, ...doc } = definition;
    return {
      doc: { ...doc, method: 'get' },
      query,
      params,
      body: noBody,
      async answer(request, _response, caller) {
        const input = {
          params: checked(params, request.params, 'path'),
          query: checked(query, request.query, 'query'),
        };
        return { status: 200, encoded: await answerTo(definition, input, caller.role) };
      },
    };
  }

  return {
    route: (definition) => routeAt({ ...definition, params: noParams }),
    routeAt,
    answer: (definition) => (query, role) => answerTo(definition, { query, params: {} }, role),
  };
}

function isCurrent(
  { version, stamp, day, until, computedAt }: CachedResponse,
  present: DataVersion,
  now: Date,
): boolean {
  return (
    version === present.version &&
    stamp === present.stamp &&
    day === dayOf(now) &&
    now.getTime() < until &&
    performance.now() - computedAt < MAX_AGE_MS
  );
}

/** The cache key: independent of the order of the parameters. */
function keyOf(operation: string, role: Role, query: object): string {
  return JSON.stringify([
    operation,
    role,
    Object.entries(query)
      .filter(([, value]) => value !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  ]);
}
