import { addMonths, dayOf } from '../../../money/days.ts';
import type { Queryable } from '../../../database/queryable.ts';
import type { Day } from '../../contract.ts';

/** Lists of Stripe whose past is read; each has a row in `stripe_history`. */
export type HistoryName = string;

/** How far a list has been read. Times are Unix seconds of the objects' creation, `readAt` and `settledAt` of a run. */
export interface ReadState {
  /** Where the history is to begin: complete once `readFrom` has reached it. */
  readonly targetFrom: number;
  /** Everything created from here to `readTo` was read. */
  readonly readFrom: number;
  readonly readTo: number;
  /** The object after which the next page of the past begins. */
  readonly backAfter: string | undefined;
  readonly pass: NewPass | undefined;
  /** When the last finished pass over what is new began. */
  readonly readAt: number | undefined;
  /** The same, with all that belongs to the objects: figures of the days before are complete. */
  readonly settledAt: number | undefined;
  readonly objects: number;
  /** Why the key may not read the list. */
  readonly unreadable: string | undefined;
}

/** A pass over what is new, from the newest back to `from`, that has not reached it yet. */
export interface NewPass {
  readonly from: number;
  readonly to: number;
  readonly began: number;
  readonly at: number | undefined;
  readonly after: string | undefined;
}

/** `readFrom` of a list of which not even the first page was read: the end of the year 9999. */
export const NOT_BEGUN = 253_402_300_799;

/** Months of complete days that a new installation shows, and the longest plan of Stripe: it may reach into them. */
const MONTHS_SHOWN = 13;
const MAX_INVOICE_MONTHS = 36;

/** The first day whose revenue is shown. */
export function firstShownDay(today: Day): Day {
  return addMonths(today, -MONTHS_SHOWN);
}

/** Unix seconds from which payments are read. */
export function cashTarget(today: Day): number {
  return startOf(firstShownDay(today));
}

/** Unix seconds from which invoices and credit notes are read. */
export function invoiceTarget(today: Day): number {
  return startOf(addMonths(today, -(MONTHS_SHOWN + MAX_INVOICE_MONTHS)));
}

export function startOf(day: Day): number {
  return Date.parse(`${day}T00:00:00Z`) / 1000;
}

/** Whether the past was read to its beginning. */
export function isComplete({ readFrom, targetFrom }: ReadState): boolean {
  return readFrom <= targetFrom;
}

/** Of a list that is read to its end: every day is before it. */
export const END_OF_TIME: Day = '9999-12-31';

/**
 * The day before which the list's figures are complete; undefined while there is none. `today` counts as complete
 * (its figures are provisional anyway) where the list was read today.
 */
export function completeBefore(state: ReadState | undefined, today: Day): Day | undefined {
  if (state?.settledAt === undefined) return undefined;
  const day = dayOf(new Date(state.settledAt * 1000));
  return day >= today ? END_OF_TIME : day;
}

const TIMES = ['read_from', 'read_to', 'target_from', 'new_from', 'new_to', 'new_began', 'new_at', 'read_at'] as const;

interface StateRow extends Record<string, unknown> {
  readonly read_from: string;
  readonly read_to: string;
  readonly target_from: string;
  readonly back_after: string | null;
  readonly new_from: string | null;
  readonly new_to: string | null;
  readonly new_began: string | null;
  readonly new_at: string | null;
  readonly new_after: string | null;
  readonly read_at: string | null;
  readonly settled_at: string | null;
  readonly objects: string;
  readonly unreadable: string | null;
}

const SELECT = `SELECT ${[...TIMES, 'settled_at'].map((name) => `extract(epoch FROM ${name})::bigint AS ${name}`).join(', ')},
  back_after, new_after, objects, unreadable FROM stripe_history WHERE list = $1`;

export async function loadState(db: Queryable, list: HistoryName): Promise<ReadState | undefined> {
  const row = (await db.query<StateRow>(SELECT, [list])).rows[0];
  if (row === undefined) return undefined;
  const began = numberOr(row.new_began);
  return {
    targetFrom: Number(row.target_from),
    readFrom: Number(row.read_from),
    readTo: Number(row.read_to),
    backAfter: row.back_after ?? undefined,
    pass:
      began === undefined
        ? undefined
        : {
            began,
            from: Number(row.new_from),
            to: Number(row.new_to),
            at: numberOr(row.new_at),
            after: row.new_after ?? undefined,
          },
    readAt: numberOr(row.read_at),
    settledAt: numberOr(row.settled_at),
    objects: Number(row.objects),
    unreadable: row.unreadable ?? undefined,
  };
}

function numberOr(value: string | null): number | undefined {
  return value === null ? undefined : Number(value);
}

/** Bookkeeping, not counted among the rows of a run. */
export async function saveState(tx: Queryable, list: HistoryName, state: ReadState): Promise<void> {
  const { pass } = state;
  await tx.query(SAVE, [
    list,
    state.readFrom,
    state.readTo,
    state.targetFrom,
    state.backAfter ?? null,
    pass?.from ?? null,
    pass?.to ?? null,
    pass?.began ?? null,
    pass?.at ?? null,
    pass?.after ?? null,
    state.readAt ?? null,
    state.settledAt ?? null,
    state.objects,
    state.unreadable ?? null,
  ]);
}

const SAVED = [
  'read_from',
  'read_to',
  'target_from',
  'back_after',
  'new_from',
  'new_to',
  'new_began',
  'new_at',
  'new_after',
  'read_at',
  'settled_at',
  'objects',
  'unreadable',
] as const;

const SAVE = `
INSERT INTO stripe_history AS h (list, ${SAVED.join(', ')})
VALUES ($1, to_timestamp($2), to_timestamp($3), to_timestamp($4), $5, to_timestamp($6), to_timestamp($7),
  to_timestamp($8), to_timestamp($9), $10, to_timestamp($11), to_timestamp($12), $13, $14)
ON CONFLICT (list) DO UPDATE SET ${SAVED.map((name) => `${name} = excluded.${name}`).join(', ')}
WHERE (${SAVED.map((name) => `h.${name}`).join(', ')})
  IS DISTINCT FROM (${SAVED.map((name) => `excluded.${name}`).join(', ')})`;
