import type { z } from 'zod';
import type { Queryable } from '../../../database/queryable.ts';
import type { CollectContext, Day } from '../../contract.ts';
import { CollectorError } from '../../errors.ts';
import type { Entry, LeftOut, Page, PageCall, StripeClient } from '../client.ts';
import { isRefused, type Resource } from '../errors.ts';
import type { WarningTally } from '../tally.ts';
import { touchDays, type Touched } from './days-to-compute.ts';
import { forgetLeftOut, rememberLeftOut } from './left-out.ts';
import {
  isComplete,
  loadState,
  NOT_BEGUN,
  saveState,
  type HistoryName,
  type NewPass,
  type ReadState,
} from './state.ts';

/** What the reading of one run shares. */
export interface HistoryReader {
  readonly client: StripeClient;
  readonly context: CollectContext;
  readonly today: Day;
  readonly tally: WarningTally;
  /** True once the run's time for history is over: what was begun is finished, nothing more is begun. */
  readonly outOfTime: () => boolean;
  /** Requests for history in this run, for the pace. */
  requests: number;
  /** An invoice of this run was paid by billing credits. */
  creditsSeen: boolean;
  /** Names in the metadata of customers that hold ids of users. */
  readonly userKeys: readonly string[];
}

/** Unix seconds. */
export interface Window {
  readonly gte: number;
  readonly lte?: number;
}

interface Dated {
  readonly id: string;
  readonly created: number;
}

/** A list of Stripe whose past is read page by page, newest first, and then what is new, once a run. */
export interface HistoryList<Item extends Dated> {
  readonly name: HistoryName;
  readonly resource: Resource;
  readonly page: (window: Window) => PageCall;
  readonly schema: z.ZodType<Item>;
  /** Unix seconds: what was created before is not read. */
  readonly target: number;
  /** The list is read from its very beginning, which is looked for when it has more than a page: for the progress. */
  readonly findsBeginning?: boolean;
  /** What was created so long before the newest known object is read again on every run. */
  readonly overlapSeconds?: number;
  /**
   * Called with each page before it is stored, to ask for what the page lacks. Returns what stores it: upserts, in
   * the transaction that stores the cursor too.
   */
  readonly prepare: (entries: readonly Entry<Item>[]) => StorePage | Promise<StorePage>;
}

export type StorePage = (tx: Queryable) => Promise<{ readonly rows: number; readonly touched: readonly Touched[] }>;

/** Objects may appear in a list a little late, so the last days are read again. */
export const DEFAULT_OVERLAP_SECONDS = 3 * 86_400;
const MAX_PAGES = 3_000;

/**
 * Reads what is new since the last run, then as much of the missing past as the time allows (a page at least). Each
 * page is stored with its cursor in one transaction, so a run that fails or ends early has lost nothing. A list that
 * is refused for good is remembered as unreadable and costs only its own figures.
 */
export async function readList<Item extends Dated>(
  reader: HistoryReader,
  list: HistoryList<Item>,
): Promise<ReadState | undefined> {
  const known = await loadState(reader.context.db, list.name);
  try {
    const caughtUp = known === undefined ? undefined : await readNew(reader, list, known);
    return await readPast(reader, list, caughtUp);
  } catch (error) {
    if (!isRefused(error)) throw error;
    const state = (await loadState(reader.context.db, list.name)) ?? nothingRead(list.target);
    const unreadable = { ...state, unreadable: error.message };
    await store(reader, async (tx) => {
      await saveState(tx, list.name, unreadable);
      return { rows: 0 };
    });
    return unreadable;
  }
}

/** Nothing of the list is known; not even that it is empty. */
function nothingRead(target: number): ReadState {
  return {
    targetFrom: target,
    readFrom: NOT_BEGUN,
    readTo: target,
    backAfter: undefined,
    pass: undefined,
    readAt: undefined,
    settledAt: undefined,
    objects: 0,
    unreadable: undefined,
  };
}

async function readNew<Item extends Dated>(
  reader: HistoryReader,
  list: HistoryList<Item>,
  known: ReadState,
): Promise<ReadState> {
  if (known.readFrom === NOT_BEGUN) return known;
  const now = Math.floor(reader.context.now.getTime() / 1000);
  let state: ReadState = known;
  const turns = createTurns(list.resource);
  do {
    const overlap = list.overlapSeconds ?? DEFAULT_OVERLAP_SECONDS;
    const pass: NewPass = state.pass ?? {
      from: Math.max(0, state.readTo - overlap),
      to: state.readTo,
      began: now,
      at: undefined,
      after: undefined,
    };
    const window = { gte: pass.from, ...(pass.at === undefined ? {} : { lte: pass.at }) };
    const page = await readPage(reader, list, window, pass.after);
    turns(page);
    const created = page.entries.map(({ item }) => item.created);
    const to = Math.max(pass.to, ...created);
    state = {
      ...state,
      unreadable: undefined,
      ...(page.more
        ? { pass: { ...pass, to, at: Math.min(pass.at ?? to, ...created), after: page.last } }
        : { pass: undefined, readTo: to, readAt: pass.began }),
    };
    await storePage(reader, list, page, state);
    // A pass of an earlier run that is finished by now says nothing about what came after it: once more.
  } while ((state.pass !== undefined || state.readAt !== now) && !reader.outOfTime());
  return state;
}

async function readPast<Item extends Dated>(
  reader: HistoryReader,
  list: HistoryList<Item>,
  known: ReadState | undefined,
): Promise<ReadState> {
  const now = Math.floor(reader.context.now.getTime() / 1000);
  let state = known ?? nothingRead(list.target);
  const turns = createTurns(list.resource);
  for (let isFirst = true; !isComplete(state) && (isFirst || !reader.outOfTime()); isFirst = false) {
    const isBeginning = state.readFrom === NOT_BEGUN;
    const window = { gte: state.targetFrom, ...(isBeginning ? {} : { lte: state.readFrom }) };
    const page = await readPage(reader, list, window, state.backAfter);
    turns(page);
    const created = page.entries.map(({ item }) => item.created);
    if (isBeginning && page.more && list.findsBeginning === true)
      state = { ...state, targetFrom: await findBeginning(reader, list, Math.min(now, ...created)) };
    state = {
      ...state,
      unreadable: undefined,
      readTo: Math.max(state.readTo, ...created),
      readFrom: page.more ? Math.min(isBeginning ? now : state.readFrom, ...created) : state.targetFrom,
      backAfter: page.more ? page.last : undefined,
      readAt: state.readAt ?? now,
      objects: state.objects + page.entries.length,
    };
    await storePage(reader, list, page, state);
  }
  return state;
}

/** Stripe's own beginning. */
const NOTHING_BEFORE = Date.parse('2011-01-01T00:00:00Z') / 1000;
/** Halvings: the beginning is known to less than a hundredth of the time. */
const HALVINGS = 7;

/** A time before which the list has nothing, by asking for one object at a time. */
async function findBeginning<Item extends Dated>(
  reader: HistoryReader,
  { resource, page, schema }: HistoryList<Item>,
  newest: number,
): Promise<number> {
  let [empty, some] = [NOTHING_BEFORE, newest];
  for (let halving = 0; halving < HALVINGS && some > empty; halving += 1) {
    const middle = Math.floor((empty + some) / 2);
    const window = page({ gte: 0, lte: middle });
    const found = await reader.client.page(reader.context, resource, window, { limit: 1 }, schema);
    if (found.last === undefined) empty = middle;
    else some = middle;
  }
  return empty;
}

/** A cursor whose object is gone by now (a deleted draft) is refused: the window alone leads to the same place. */
async function readPage<Item extends Dated>(
  reader: HistoryReader,
  { resource, page, schema }: HistoryList<Item>,
  window: Window,
  after: string | undefined,
): Promise<Page<Item>> {
  const { client, context } = reader;
  reader.requests += 1;
  try {
    return await client.page(context, resource, page(window), { after }, schema);
  } catch (error) {
    const mayBeGone = error instanceof CollectorError && (error.status === 400 || error.status === 404);
    if (!mayBeGone || after === undefined) throw error;
    const first = await client.page(context, resource, page(window), {}, schema);
    // The object is there: something else is refused.
    if (first.entries.some(({ item }) => item.id === after)) throw error;
    return first;
  }
}

async function storePage<Item extends Dated>(
  reader: HistoryReader,
  list: HistoryList<Item>,
  { entries, leftOut }: Page<Item>,
  state: ReadState,
): Promise<void> {
  refuseUnreadable(entries.length, leftOut);
  const put = await list.prepare(entries);
  await store(reader, async (tx) => {
    const { rows, touched } = await put(tx);
    await touchDays(tx, touched, reader.today);
    await rememberLeftOut(tx, list.resource, leftOut);
    await forgetLeftOut(
      tx,
      list.resource,
      entries.map(({ item }) => item.id),
    );
    await saveState(tx, list.name, state);
    return { rows };
  });
}

/** So many objects that cannot be read, and none that can: the shape has changed, and nothing may be built on it. */
const TOO_MANY_LEFT_OUT = 10;

function refuseUnreadable(readable: number, leftOut: readonly LeftOut[]): void {
  const [first] = leftOut;
  if (first !== undefined && readable === 0 && leftOut.length >= TOO_MANY_LEFT_OUT) throw first.error;
}

/** Stores a part of the run; in a dry run nothing. */
export async function store(
  { context }: Pick<HistoryReader, 'context'>,
  part: (tx: Queryable) => Promise<{ readonly rows: number }>,
): Promise<void> {
  await context.checkpoint?.(part);
}

/** Throws when a list comes to an object where it has been before. */
function createTurns(resource: Resource): (page: Pick<Page<unknown>, 'last' | 'more'>) => void {
  const passed = new Set<string>();
  let pages = 0;
  return ({ last, more }) => {
    pages += 1;
    if (!more) return;
    if (last !== undefined && !passed.has(last) && pages < MAX_PAGES) {
      passed.add(last);
      return;
    }
    throw new CollectorError(
      'bad_payload',
      pages < MAX_PAGES ? 'page_loop' : 'too_many_pages',
      `Stripe: the list of ${resource} ${pages < MAX_PAGES ? 'goes round in circles' : 'does not end'}`,
      { retryable: true },
    );
  };
}
