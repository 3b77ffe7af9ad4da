import type { Queryable } from '../database/queryable.ts';
import { lockInvoices } from '../database/locks.ts';
import { ledgerPlace } from '../ledger/ledger-key.ts';
import {
  isRequested,
  loadStoredClaims,
  numberTaken,
  overlapFound,
  requestedId,
  type StoredClaims,
} from './conflicts.ts';
import { convertToUsd, ratesFor } from './convert-to-usd.ts';
import { refusalsOf } from './entry-schema.ts';
import type { Adjustment, InvoiceOrigin, InvoiceStatement } from './invoice.ts';
import { numberKey, vendorKey } from './names.ts';
import { linkDocument } from './documents/store.ts';
import { refuseInvalid } from './refusal.ts';
import { insertVersions, type NewVersion } from './store.ts';

export interface EntryContext {
  readonly origin: InvoiceOrigin;
  /** Who is responsible: shown in the history. */
  readonly author: string;
  /** The uploaded file that they were read from. */
  readonly documentId?: string | undefined;
}

/** What a write did. */
export interface Written {
  readonly rows: readonly Adjustment[];
  /** Stated before this write; their days are rewritten too. */
  readonly replaced: readonly Adjustment[];
}

/**
 * Stores the statements as first versions, all of them or none; one whose number was voided takes that series up again
 * where it is `additional`. What is stored is read once for all of them, so that ten thousand take seconds. Throws
 * InvoiceRefusal.
 */
export async function enterInvoices(
  tx: Queryable,
  statements: readonly InvoiceStatement[],
  { origin, author, documentId }: EntryContext,
  now: Date,
): Promise<Written> {
  const errors = statements.flatMap((statement) => refusalsOf(statement, now));
  if (errors.length > 0) throw refuseInvalid(errors);
  await lockPlaces(tx, statements);
  const stored = await loadStoredClaims(tx, statements);
  const rates = await ratesFor(tx, statements);
  const versions = statements.map((statement, index): NewVersion => {
    const revived = revivedBy(statement, stored);
    const version = {
      ...statement,
      ...convertToUsd(rates, statement),
      reason: null,
      origin,
      demo: false,
      createdBy: author,
      createdAt: now.toISOString(),
      ...(revived === undefined
        ? ({ seriesId: null, version: 1, action: 'entry', replaces: null } as const)
        : ({
            seriesId: revived.seriesId,
            version: revived.version + 1,
            action: 'correction',
            replaces: revived.id,
          } as const)),
    };
    const requested = { ...version, id: requestedId(index), seriesId: version.seriesId ?? requestedId(index) };
    stored.add(requested);
    return version;
  });
  const rows = await insertVersions(tx, versions);
  if (documentId !== undefined) await attachDocument(tx, documentId, rows);
  return { rows, replaced: [] };
}

async function attachDocument(tx: Queryable, documentId: string, rows: readonly Adjustment[]): Promise<void> {
  const seriesIds = rows.map(({ seriesId }) => seriesId);
  if (!(await linkDocument(tx, documentId, seriesIds)))
    throw refuseInvalid([
      {
        field: 'documentId',
        message: 'names a file that is not stored (any more): upload it again, or leave the field out',
      },
    ]);
}

/** The voided version that the statement takes up again; throws where it repeats or collides with something. */
function revivedBy(statement: InvoiceStatement, stored: StoredClaims): Adjustment | undefined {
  const belongs = (other: Adjustment): boolean => isSibling(statement, other);
  const taken = stored.numbered(statement).find((one) => !belongs(one));
  const revived = taken?.action === 'void' && statement.additional && taken.line === statement.line ? taken : undefined;
  if (taken !== undefined && revived === undefined) throw numberTaken(statement, taken);
  const [inTheWay] = stored.overlapping(statement, belongs);
  if (inTheWay !== undefined) throw overlapFound(statement, inTheWay);
  return revived;
}

/** Lines of one invoice, entered together, never collide with each other. */
function isSibling(statement: InvoiceStatement, other: Adjustment): boolean {
  return (
    isRequested(other) &&
    statement.line > 0 &&
    other.line > 0 &&
    other.line !== statement.line &&
    other.provider === statement.provider &&
    sameNumber(statement.invoiceNumber, other.invoiceNumber)
  );
}

function sameNumber(a: string | null, b: string | null): boolean {
  return a === null || b === null ? a === b : numberKey(a) === numberKey(b);
}

/**
 * Serialises writers of the same ledger providers, in one order, until the transaction ends; two spellings of a vendor
 * share the lock.
 */
export async function lockPlaces(
  tx: Queryable,
  places: readonly Pick<InvoiceStatement, 'provider' | 'component'>[],
): Promise<void> {
  const names = places.flatMap(({ provider, component }) => {
    const place = ledgerPlace(provider, component).provider;
    return [place, vendorKey(place)];
  });
  for (const name of [...new Set(names)].sort()) await lockInvoices(tx, name);
}
