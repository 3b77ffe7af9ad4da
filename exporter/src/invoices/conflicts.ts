import { WHOLE_PROVIDER } from '../contract/providers.ts';
import type { Queryable } from '../database/queryable.ts';
import type { Adjustment, InvoiceStatement } from './invoice.ts';
import { ledgerPlace } from '../ledger/ledger-key.ts';
import { numberKey, vendorKey } from './names.ts';
import { refuseConflict, type InvoiceRefusal } from './refusal.ts';
import { adjustmentsWithNumbers, currentAdjustmentsOfAll, type NumberedAdjustment } from './store.ts';

/** What may collide: a statement, or a stored version. */
export type Claim = Pick<
  InvoiceStatement,
  'provider' | 'component' | 'kind' | 'invoiceNumber' | 'periodStart' | 'periodEnd' | 'additional'
>;

/** What is stored and may be the same money as some claims, indexed so that thousands of claims are compared quickly. */
export interface StoredClaims {
  /** The newest versions with the claim's number of the claim's vendor, voided ones too; oldest first. */
  numbered(claim: Pick<Claim, 'provider' | 'invoiceNumber'>): readonly Adjustment[];
  /** What counts now and collides with the claim, oldest first; without what belongs to it. */
  overlapping(claim: Claim, belongs?: (stored: Adjustment) => boolean): readonly Adjustment[];
  /** A claim of the same request: later ones are compared with it, too. */
  add(claim: Adjustment): void;
}

/**
 * The same money twice? Invoices with different numbers add up; wherever one of two has no number, an overlap in the
 * same place may be one invoice typed twice. Credits only ever collide with credits. Pure.
 */
export function collides(claim: Claim, stored: Adjustment): boolean {
  return placeKey(claim) === placeKey(stored) && collidesInPlace(claim, stored);
}

function collidesInPlace(claim: Claim, stored: Adjustment): boolean {
  if (claim.additional || (claim.invoiceNumber !== null && stored.invoiceNumber !== null)) return false;
  return claim.periodStart < stored.periodEnd && stored.periodStart < claim.periodEnd;
}

/** Everything that may repeat, or collide with, one of the claims. */
export async function loadStoredClaims(db: Queryable, claims: readonly Claim[]): Promise<StoredClaims> {
  const keys = new Set(
    claims.flatMap(({ invoiceNumber }) => (invoiceNumber === null ? [] : [numberKey(invoiceNumber)])),
  );
  const starts = claims.map(({ periodStart }) => periodStart).sort();
  const ends = claims.map(({ periodEnd }) => periodEnd).sort();
  const [from, to] = [starts[0], ends.at(-1)];
  const current = from === undefined || to === undefined ? [] : await currentAdjustmentsOfAll(db, from, to);
  return storedClaims(await adjustmentsWithNumbers(db, [...keys]), current);
}

/** Pure. */
export function storedClaims(numbered: readonly NumberedAdjustment[], current: readonly Adjustment[]): StoredClaims {
  const byNumber = new Map<string, Adjustment[]>();
  const byPlace = new Map<string, Adjustment[]>();
  /** Apart, since a claim with a number can only collide with these. */
  const withoutNumber = new Map<string, Adjustment[]>();
  const push = (map: Map<string, Adjustment[]>, key: string, one: Adjustment): void => {
    const list = map.get(key);
    if (list === undefined) map.set(key, [one]);
    else list.push(one);
  };
  const addNumber = (number: string, one: Adjustment): void => {
    const key = `${vendorKey(one.provider)} ${number}`;
    // A version takes the place of the one that it replaces.
    const others = byNumber.get(key)?.filter(({ seriesId }) => seriesId !== one.seriesId) ?? [];
    byNumber.set(key, [...others, one]);
  };
  const addPlace = (one: Adjustment): void => {
    push(byPlace, placeKey(one), one);
    if (one.invoiceNumber === null) push(withoutNumber, placeKey(one), one);
  };
  for (const { key, newest } of numbered) addNumber(key, newest);
  for (const one of current) addPlace(one);
  return {
    numbered: ({ provider, invoiceNumber }) =>
      invoiceNumber === null ? [] : (byNumber.get(`${vendorKey(provider)} ${numberKey(invoiceNumber)}`) ?? []),
    overlapping: (claim, belongs) =>
      ((claim.invoiceNumber === null ? byPlace : withoutNumber).get(placeKey(claim)) ?? []).filter(
        (stored) => collidesInPlace(claim, stored) && belongs?.(stored) !== true,
      ),
    add(claim) {
      if (claim.invoiceNumber !== null) addNumber(numberKey(claim.invoiceNumber), claim);
      addPlace(claim);
    },
  };
}

/** Where a claim counts, whatever spelling of the vendor it has. */
function placeKey({ provider: vendor, component: part, kind }: Pick<Claim, 'provider' | 'component' | 'kind'>): string {
  const { provider, component } = ledgerPlace(vendorKey(vendor), part);
  return `${kind} ${component} ${vendorKey(provider)}`;
}

/** A claim of the same request has no id yet. */
const REQUESTED = 'requested ';

/** The `id` and `seriesId` of a claim that is not stored yet, for `StoredClaims.add`. */
export function requestedId(index: number): string {
  return `${REQUESTED}${index}`;
}

/** Not stored yet: another claim of the same request. */
export function isRequested({ id }: Pick<Adjustment, 'id'>): boolean {
  return id.startsWith(REQUESTED);
}

function storedId(stored: Adjustment): string | undefined {
  return isRequested(stored) ? undefined : stored.id;
}

function nameOf(stored: Adjustment): string {
  const id = storedId(stored);
  return id === undefined ? `statement ${stored.id.slice(REQUESTED.length)} of this request` : `entry ${id}`;
}

export function numberTaken(claim: Claim, stored: Adjustment): InvoiceRefusal {
  const number = stored.invoiceNumber ?? claim.invoiceNumber ?? '';
  const what = `${number} of ${stored.provider} is stored already as ${nameOf(stored)} (${described(stored)})`;
  const remedy =
    stored.action === 'void'
      ? `, which was voided: send it with "additional": true to take it into the books again`
      : ': correct that one if it is wrong';
  return refuseConflict('invoiceNumber', what + remedy, storedId(stored));
}

export function overlapFound(claim: Claim, stored: Adjustment): InvoiceRefusal {
  const component = stored.component === WHOLE_PROVIDER ? '' : `, ${stored.component}`;
  const number = stored.invoiceNumber === null ? '' : ` with the number ${stored.invoiceNumber}`;
  return refuseConflict(
    'periodStart',
    `${claim.periodStart} to ${claim.periodEnd} overlaps ${nameOf(stored)} of ` +
      `${stored.provider}${component}${number} ` +
      `(${described(stored)}): correct that one, or send "additional": true if this ${claim.kind} comes on top of it`,
    storedId(stored),
  );
}

function described(stored: Adjustment): string {
  return `${stored.amount} ${stored.currency} for ${stored.periodStart} to ${stored.periodEnd}`;
}
