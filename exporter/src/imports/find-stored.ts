import type { StoredClaims } from '../invoices/conflicts.ts';
import type { Adjustment, InvoiceStatement } from '../invoices/invoice.ts';
import { parseMicros } from '../money/micros.ts';

/** What is stored already and may be the same invoice, with what to do about it. */
export interface StoredMatch {
  readonly status: 'duplicate' | 'conflict';
  readonly message: string;
  readonly stored: Adjustment;
}

/**
 * Whether a statement repeats, or collides with, something stored: the same number first, an overlap of the same place
 * next. Undefined where it is new. The same comparison as at the confirmation. Pure.
 */
export function findStored(statement: InvoiceStatement, claims: StoredClaims): StoredMatch | undefined {
  const numbered = claims.numbered(statement);
  const same = numbered.find((one) => one.action !== 'void' && sameFigures(statement, one));
  if (same !== undefined)
    return {
      status: 'duplicate',
      message: `${same.invoiceNumber ?? ''} is stored already as entry ${same.id}: leave it out.`,
      stored: same,
    };
  const [other] = numbered;
  if (other?.action === 'void')
    return {
      status: 'conflict',
      message:
        `${other.invoiceNumber ?? ''} was entered and voided (entry ${other.id}): ` +
        'send "additional": true to take it into the books again.',
      stored: other,
    };
  if (other !== undefined)
    return {
      status: 'conflict',
      message:
        `${other.invoiceNumber ?? ''} is stored already as entry ${other.id} with other figures: ` +
        'correct that one if it is wrong.',
      stored: other,
    };
  const [overlap] = claims.overlapping(statement);
  if (overlap === undefined) return undefined;
  return {
    status: 'conflict',
    message:
      `Entry ${overlap.id} of ${overlap.provider} covers some of the same days and one of the two has no number: ` +
      'correct that one, or send "additional": true if this comes on top of it.',
    stored: overlap,
  };
}

function sameFigures(statement: InvoiceStatement, stored: Adjustment): boolean {
  return (
    stored.currency === statement.currency &&
    parseMicros(stored.amount) === parseMicros(statement.amount) &&
    stored.periodStart === statement.periodStart &&
    stored.periodEnd === statement.periodEnd
  );
}
