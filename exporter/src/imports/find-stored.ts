import { collides } from '../invoices/conflicts.ts';
import type { Adjustment, InvoiceStatement } from '../invoices/invoice.ts';
import { invoicedProvidersAt, ledgerPlace } from '../ledger/ledger-key.ts';
import { parseMicros } from '../money/micros.ts';
import { comparable } from './merge-documents.ts';

/** The providers whose stored invoices may repeat or collide with these statements. */
export function providersThatMayMatch(statements: readonly InvoiceStatement[]): string[] {
  const providers = statements.flatMap(({ provider, component }) => [
    provider,
    ...invoicedProvidersAt(ledgerPlace(provider, component).provider),
  ]);
  return [...new Set(providers)];
}

/** What is stored already and may be the same invoice, with what to do about it. */
export interface StoredMatch {
  readonly status: 'duplicate' | 'conflict';
  readonly message: string;
  readonly stored: Adjustment;
}

/**
 * Whether a statement repeats, or collides with, one of the newest versions `all`: the same number first, an overlap of
 * the same place next. Undefined where it is new. Pure.
 */
export function findStored(statement: InvoiceStatement, all: readonly Adjustment[]): StoredMatch | undefined {
  const { invoiceNumber } = statement;
  const numbered =
    invoiceNumber === null
      ? []
      : all.filter(
          (one) =>
            one.provider === statement.provider &&
            one.invoiceNumber !== null &&
            comparable(one.invoiceNumber) === comparable(invoiceNumber),
        );
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
  const overlap = all.find((one) => one.action !== 'void' && collides(statement, one));
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
