import { WHOLE_PROVIDER } from '../contract/providers.ts';
import type { Queryable } from '../database/queryable.ts';
import type { Adjustment, InvoiceStatement } from './invoice.ts';
import { invoicedProvidersAt, ledgerPlace } from '../ledger/ledger-key.ts';
import { refuseConflict, type InvoiceRefusal } from './refusal.ts';
import { adjustmentsWithNumber, currentAdjustments } from './store.ts';

/** What may collide: a statement, or a stored version. */
export type Claim = Pick<
  InvoiceStatement,
  'provider' | 'component' | 'kind' | 'invoiceNumber' | 'periodStart' | 'periodEnd' | 'additional'
>;

/**
 * The same money twice? Invoices with different numbers add up; wherever one of two has no number, an overlap in the
 * same place may be one invoice typed twice. Credits only ever collide with credits. Pure.
 */
export function collides(claim: Claim, stored: Adjustment): boolean {
  if (claim.additional || claim.kind !== stored.kind) return false;
  if (claim.invoiceNumber !== null && stored.invoiceNumber !== null) return false;
  const [a, b] = [ledgerPlace(claim.provider, claim.component), ledgerPlace(stored.provider, stored.component)];
  return (
    a.provider === b.provider &&
    a.component === b.component &&
    claim.periodStart < stored.periodEnd &&
    stored.periodStart < claim.periodEnd
  );
}

/** The invoice, not voided or voided, whose number this is; lines of one invoice share it. */
export async function takenNumber(
  tx: Queryable,
  claim: Claim,
  line: number,
  exceptSeries: ReadonlySet<string>,
): Promise<Adjustment | undefined> {
  if (claim.invoiceNumber === null) return undefined;
  const taken = await adjustmentsWithNumber(tx, claim.provider, claim.invoiceNumber);
  return taken.find((one) => !exceptSeries.has(one.seriesId) || one.line === line);
}

/** What counts now and collides with the claim, oldest first; `except` are series that belong to it. */
export async function overlapping(tx: Queryable, claim: Claim, except: ReadonlySet<string>): Promise<Adjustment[]> {
  const { provider } = ledgerPlace(claim.provider, claim.component);
  const current = await currentAdjustments(tx, invoicedProvidersAt(provider), claim.periodStart, claim.periodEnd);
  return current.filter((stored) => !except.has(stored.seriesId) && collides(claim, stored));
}

export function numberTaken(claim: Claim, stored: Adjustment): InvoiceRefusal {
  const number = claim.invoiceNumber ?? '';
  const what = `${number} of ${stored.provider} is stored already as entry ${stored.id} (${described(stored)})`;
  const remedy =
    stored.action === 'void'
      ? `, which was voided: send it with "additional": true to take it into the books again`
      : ': correct that one if it is wrong';
  return refuseConflict('invoiceNumber', what + remedy, stored.id);
}

export function overlapFound(claim: Claim, stored: Adjustment): InvoiceRefusal {
  const component = stored.component === WHOLE_PROVIDER ? '' : `, ${stored.component}`;
  const number = stored.invoiceNumber === null ? '' : ` with the number ${stored.invoiceNumber}`;
  return refuseConflict(
    'periodStart',
    `${claim.periodStart} to ${claim.periodEnd} overlaps entry ${stored.id} of ` +
      `${stored.provider}${component}${number} ` +
      `(${described(stored)}): correct that one, or send "additional": true if this ${claim.kind} comes on top of it`,
    stored.id,
  );
}

function described(stored: Adjustment): string {
  return `${stored.amount} ${stored.currency} for ${stored.periodStart} to ${stored.periodEnd}`;
}
