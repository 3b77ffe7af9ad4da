import type { z } from 'zod';
import type { Role } from '../../contract/datasets.ts';
import { dayOf } from '../../money/days.ts';
import type { DataVersion } from '../../database/data-version.ts';
import type { Snapshot } from '../../database/reader.ts';
import type { ApiDeps } from '../deps.ts';
import { noBody } from '../http/body.ts';
import { encodeJson, type EncodedAnswer } from '../http/encoded.ts';
import { checked, type Route, type RouteDoc } from '../http/route.ts';
import { createResponseCache, type CachedResponse } from './response-cache.ts';
import {
  readPeriodFacts,
  readSyncState,
  type FactsRequest,
  type PeriodFacts,
  type SyncState,
} from '../shared/facts.ts';
import { createMemo } from './memo.ts';
import { coalesceReads } from '../../process/newest.ts';
import { noParams } from '../shared/schemas.ts';

/** What an answer may depend on: the data at one moment, and that moment. */
export interface ReadContext extends Pick<Snapshot, 'db' | 'now'> {
  readonly today: string;
  /** Shared by every answer of the same data. */
  syncState(): Promise<SyncState>;
  /** Shared by every answer about the same period and provider. */
  periodFacts(request: FactsRequest): Promise<PeriodFacts>;
  /** From this time on the same data give another answer. */
  expires(at: Date): void;
}

export interface Answered {
  readonly json: unknown;
  /** False: something of it may be known better in a moment, so that nobody else shall get it. */
  readonly keep: boolean;
}

export interface ReadDefinition<Query extends z.ZodObject, Result> extends Omit<RouteDoc, 'method'> {
  readonly query: Query;
  /** False for answers that change by themselves, such as how a run is doing. */
  readonly keep?: false;
  /** Everything that is read of the data, one statement after the other on the one connection. */
  read(input: { readonly query: z.output<Query>; readonly role: Role; readonly moment: ReadContext }): Promise<Result>;
  /** What is asked elsewhere, after the connection was given back; without it the result is the answer. */
  finish?(result: Result): Promise<Answered>;
}

/** Routes that answer from data alone; nothing about the caller but the role reaches them, so that answers can be shared. */
export interface Reads {
  route<Query extends z.ZodObject, Result>(definition: ReadDefinition<Query, Result>): Route;
}

/** Bodies, plain and compressed, with what surrounds them. */
const BUDGET_BYTES = 6 * 1024 * 1024;
/** Periods of which the facts are kept, a few hundred bytes each. */
const SHARED_FACTS = 100;
/** Whatever could escape version and stamp comes right by itself. */
const MAX_KEPT_MS = 5 * 60_000;

type Made = EncodedAnswer & { readonly kept: CachedResponse | undefined };

/** Answers are kept until something is stored: one round trip to the database, and neither SQL nor JSON nor gzip. Errors are never kept. */
export function createReads({ reader, clock }: Pick<ApiDeps, 'reader' | 'clock'>): Reads {
  const answers = createResponseCache(BUDGET_BYTES);
  const states = createMemo<SyncState>(2);
  const facts = createMemo<PeriodFacts>(SHARED_FACTS);
  const newest = coalesceReads(() => reader.version());
  const underWay = new Map<string, Promise<Made>>();
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

  async function make<Query extends z.ZodObject, Result>(
    definition: ReadDefinition<Query, Result>,
    query: z.output<Query>,
    role: Role,
  ): Promise<Made> {
    const madeAt = performance.now();
    const { result, version, stamp, day, until } = await reader.snapshot(async (snapshot) => {
      const now = timeOf(snapshot);
      const today = dayOf(now);
      let until = Number.POSITIVE_INFINITY;
      const moment: ReadContext = {
        ...sharedOf(snapshot, today),
        db: snapshot.db,
        now,
        today,
        expires: (at) => {
          until = Math.min(until, at.getTime());
        },
      };
      const found = await definition.read({ query, role, moment });
      return { result: found, version: snapshot.version, stamp: snapshot.stamp, day: today, until };
    });
    const { json, keep } =
      definition.finish === undefined ? { json: result, keep: true } : await definition.finish(result);
    const encoded = await encodeJson(json);
    return {
      ...encoded,
      kept: keep && version !== null ? { ...encoded, version, stamp, day, until, madeAt } : undefined,
    };
  }

  return {
    route<Query extends z.ZodObject, Result>(definition: ReadDefinition<Query, Result>): Route {
      const { query: schema, keep, read: _read, finish: _finish, ...doc } = definition;

      async function answer(query: z.output<Query>, role: Role): Promise<EncodedAnswer> {
        if (keep === false) return make(definition, query, role);
        // Asked before anything is taken from memory: without a database there is no answer.
        const present = await newest();
        const now = timeOf(present);
        const key = keyOf(doc.operationId, role, query);
        const known = answers.get(key);
        if (known !== undefined && holds(known, present, now)) return known;
        // Whoever saw an older version would be answered too early: only equals share.
        const flight = [key, present.version, present.stamp, dayOf(now)].join(' ');
        const running = underWay.get(flight);
        if (running !== undefined) return running;
        const made = make(definition, query, role).finally(() => underWay.delete(flight));
        underWay.set(flight, made);
        const { kept, ...encoded } = await made;
        if (kept !== undefined) answers.set(key, kept);
        return encoded;
      }

      return {
        doc: { ...doc, method: 'get' },
        query: schema,
        params: noParams,
        body: noBody,
        async answer(request, _response, caller) {
          checked(noParams, request.params, 'path');
          return { status: 200, encoded: await answer(checked(schema, request.query, 'query'), caller.role) };
        },
      };
    },
  };
}

function holds({ version, stamp, day, until, madeAt }: CachedResponse, present: DataVersion, now: Date): boolean {
  return (
    version === present.version &&
    stamp === present.stamp &&
    day === dayOf(now) &&
    now.getTime() < until &&
    performance.now() - madeAt < MAX_KEPT_MS
  );
}

/** The same whatever the order of the parameters. */
function keyOf(operation: string, role: Role, query: object): string {
  return JSON.stringify([
    operation,
    role,
    Object.entries(query)
      .filter(([, value]) => value !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  ]);
}
