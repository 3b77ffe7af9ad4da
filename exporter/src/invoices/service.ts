import type { Changes } from '../process/changes.ts';
import type { Clock } from '../database/clock.ts';
import type { ApiWarning } from '../contract/datasets.ts';
import { daysOf } from '../money/days.ts';
import type { Queryable } from '../database/queryable.ts';
import { loadStoredClaims, numberTaken, overlapFound } from './conflicts.ts';
import { convertToUsd, ratesFor } from './convert-to-usd.ts';
import { correctedStatement, sameStatement } from './correct.ts';
import { enterInvoices, lockPlaces, type EntryContext, type Written } from './enter.ts';
import { refusalsOf, type Correction } from './entry-schema.ts';
import { seriesWithDocument } from './documents/store.ts';
import { entryWarnings } from './entry-warnings.ts';
import type { Adjustment, InvoiceStatement } from './invoice.ts';
import { rewriteInvoiceLedger } from './ledger.ts';
import { ledgerPlace } from '../ledger/ledger-key.ts';
import { monthFigures, previewRows, touchedMonths, type PreviewRow } from './preview.ts';
import { InvoiceRefusal, refuseConflict, refuseInvalid } from './refusal.ts';
import { insertVersion, loadAdjustment, newestOfSeries } from './store.ts';

/** Runs an action in a transaction: committed when it resolves, rolled back when it throws. */
export type InTransaction = <Result>(action: (tx: Queryable) => Promise<Result>) => Promise<Result>;

/** Writes something else in the transaction of an invoice, before and after it; throwing stores neither. */
export type WithinTransaction = (tx: Queryable, write: () => Promise<Written>) => Promise<Written>;

export interface InvoiceServiceDeps {
  readonly transaction: InTransaction;
  readonly clock: Pick<Clock, 'now'>;
  readonly changes: Pick<Changes, 'emit'>;
}

export interface Stored {
  readonly rows: readonly Adjustment[];
  readonly warnings: readonly ApiWarning[];
  /** The series whose uploaded file is stored. */
  readonly documented: ReadonlySet<string>;
}

export interface Preview {
  readonly rows: readonly PreviewRow[];
  readonly warnings: readonly ApiWarning[];
}

/** Each rejects with `InvoiceRefusal` when nothing is stored; a preview refuses exactly what would be refused. */
export interface InvoiceService {
  /**
   * All of them in one transaction, or none. Statements that share provider and number and differ in `line` are one
   * invoice.
   */
  enterStatements(
    statements: readonly InvoiceStatement[],
    context: EntryContext,
    within?: WithinTransaction,
  ): Promise<Stored>;
  correct(id: string, correction: Correction, author: string): Promise<Stored>;
  void(id: string, reason: string, author: string): Promise<Stored>;
  /** Several newest versions in one transaction, or none of them. */
  voidAll(ids: readonly string[], reason: string, author: string, within?: WithinTransaction): Promise<Stored>;
  previewStatements(statements: readonly InvoiceStatement[]): Promise<Preview>;
  previewCorrection(id: string, correction: Correction): Promise<Preview>;
}

/** Carries the preview out of the transaction that it rolls back. */
class PreviewRollback extends Error {
  readonly preview: Preview;

  constructor(preview: Preview) {
    super('rolled back: preview only');
    this.preview = preview;
  }
}

type Write = (tx: Queryable, now: Date) => Promise<Written>;
export function createInvoiceService({ transaction, clock, changes }: InvoiceServiceDeps): InvoiceService {
  let queue: Promise<unknown> = Promise.resolve();

  /** Runs writes one after the other, so that a burst of entries waits here and does not take the whole pool. */
  function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = queue.then(work, work);
    queue = turn.catch(() => undefined);
    return turn;
  }

  async function store(write: Write, within: WithinTransaction = (_tx, enter) => enter()): Promise<Stored> {
    const { days, ...stored } = await inTurn(async () => {
      const now = await clock.now();
      return transaction(async (tx) => {
        const written = await within(tx, () => write(tx, now));
        const touched = await rewrite(tx, written);
        return {
          rows: written.rows,
          days: touched,
          warnings: await entryWarnings(tx, written.rows),
          documented: await seriesWithDocument(
            tx,
            written.rows.map(({ seriesId }) => seriesId),
          ),
        };
      });
    });
    await changes.emit({ kind: 'invoice', days });
    return stored;
  }

  async function preview(write: Write): Promise<Preview> {
    try {
      return await inTurn(async () => {
        const now = await clock.now();
        return transaction(async (tx): Promise<Preview> => {
          const probe = await write(tx, now);
          const touched = touchedMonths([...probe.rows, ...probe.replaced]);
          const before = await monthFigures(tx, touched);
          await rewrite(tx, probe);
          throw new PreviewRollback({
            rows: previewRows(touched, before, await monthFigures(tx, touched)),
            warnings: await entryWarnings(tx, probe.rows),
          });
        });
      });
    } catch (error) {
      if (error instanceof PreviewRollback) return error.preview;
      throw error;
    }
  }

  const entering =
    (statements: readonly InvoiceStatement[], context: EntryContext): Write =>
    (tx, now) =>
      enterInvoices(tx, statements, context, now);
  const correcting =
    (id: string, correction: Correction, author: string): Write =>
    (tx, now) =>
      correctInvoice(tx, id, correction, author, now);

  return {
    enterStatements: (statements, context, within) => store(entering(statements, context), within),
    correct: (id, correction, author) => store(correcting(id, correction, author)),
    void: (id, reason, author) => store((tx, now) => voidInvoices(tx, [id], reason, author, now)),
    voidAll: (ids, reason, author, within) => store((tx, now) => voidInvoices(tx, ids, reason, author, now), within),
    previewStatements: (statements) => preview(entering(statements, { origin: 'api', author: 'preview' })),
    previewCorrection: (id, correction) => preview(correcting(id, correction, 'preview')),
  };
}

async function correctInvoice(
  tx: Queryable,
  id: string,
  correction: Correction,
  author: string,
  now: Date,
): Promise<Written> {
  const before = await lockNewest(tx, id);
  const statement = correctedStatement(before, correction);
  const errors = refusalsOf(statement, now);
  if (errors.length > 0) throw refuseInvalid(errors);
  const { fxRate, amountUsd } = convertToUsd(await ratesFor(tx, [statement]), statement);
  if (sameStatement(before, { ...statement, fxRate, amountUsd }))
    throw refuseInvalid([{ field: 'body', message: 'changes nothing: give at least one field with another value' }]);
  const stored = await loadStoredClaims(tx, [before, statement]);
  const sameSeries = ({ seriesId }: Adjustment): boolean => seriesId === before.seriesId;
  if (statement.invoiceNumber !== before.invoiceNumber) {
    const taken = stored.numbered(statement).find(({ seriesId }) => seriesId !== before.seriesId);
    if (taken !== undefined) throw numberTaken(statement, taken);
  }
  const overlappingBefore = new Set(stored.overlapping(before, sameSeries).map(({ id }) => id));
  const inTheWay = stored.overlapping(statement, sameSeries).find(({ id }) => !overlappingBefore.has(id));
  if (inTheWay !== undefined) throw overlapFound(statement, inTheWay);
  const row = await insertVersion(tx, {
    ...before,
    ...statement,
    fxRate,
    amountUsd,
    version: before.version + 1,
    action: 'correction',
    replaces: before.id,
    reason: null,
    createdBy: author,
    createdAt: now.toISOString(),
  });
  return { rows: [row], replaced: [before] };
}

async function voidInvoices(
  tx: Queryable,
  ids: readonly string[],
  reason: string,
  author: string,
  now: Date,
): Promise<Written> {
  const written: Written[] = [];
  for (const id of ids) written.push(await voidInvoice(tx, id, reason, author, now));
  return { rows: written.flatMap(({ rows }) => rows), replaced: written.flatMap(({ replaced }) => replaced) };
}

async function voidInvoice(tx: Queryable, id: string, reason: string, author: string, now: Date): Promise<Written> {
  const before = await lockNewest(tx, id);
  const row = await insertVersion(tx, {
    ...before,
    version: before.version + 1,
    action: 'void',
    replaces: before.id,
    reason,
    createdBy: author,
    createdAt: now.toISOString(),
  });
  return { rows: [row], replaced: [before] };
}

/** The named version, if it is the newest and not voided; locks the invoices of its provider until the end. */
async function lockNewest(tx: Queryable, id: string): Promise<Adjustment> {
  const named = await loadAdjustment(tx, id);
  if (named === undefined) throw new InvoiceRefusal(`There is no entry ${id}.`, { kind: 'unknown' });
  await lockPlaces(tx, [named]);
  const newest = await newestOfSeries(tx, named.seriesId);
  if (newest === undefined) throw new Error('a series without versions');
  if (newest.action === 'void')
    throw refuseConflict(
      'id',
      `${id} was voided by ${newest.createdBy} (entry ${newest.id}): nothing more can be changed`,
      newest.id,
    );
  if (newest.id !== named.id)
    throw refuseConflict(
      'id',
      `${id} is not the newest version: ${newest.id} is (${newest.amount} ${newest.currency}, by ${newest.createdBy})`,
      newest.id,
    );
  return named;
}

/** Brings the ledger of exactly the days that were, or are, stated by these rows up to date. */
async function rewrite(tx: Queryable, { rows, replaced }: Written): Promise<string[]> {
  const byProvider = Map.groupBy(
    [...rows, ...replaced],
    ({ provider, component }) => ledgerPlace(provider, component).provider,
  );
  const all = new Set<string>();
  for (const [provider, touched] of [...byProvider].sort(([a], [b]) => (a < b ? -1 : 1))) {
    // Thousands of imported rows share some dozens of months.
    const periods = new Map(
      touched.map(({ periodStart, periodEnd }) => [`${periodStart} ${periodEnd}`, [periodStart, periodEnd]] as const),
    );
    const days = new Set([...periods.values()].flatMap(([start, end]) => daysOf(start, end)));
    await rewriteInvoiceLedger(tx, provider, [...days]);
    for (const day of days) all.add(day);
  }
  return [...all].sort();
}
