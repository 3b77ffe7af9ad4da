import { addDays, daysBetween } from '../../money/days.ts';
import { divideRounded } from '../../money/micros.ts';
import type { Queryable } from '../../database/queryable.ts';
import type { NativeAmount } from './describe-amounts.ts';
import { UNKNOWN_CUSTOMER, type RevenueLine } from './lines.ts';
import { matchPayments } from './payment-links.ts';
import {
  hasInvoicePayments,
  loadInvoices,
  loadMovements,
  loadOpenInvoicePayments,
  loadReversals,
  loadUnnamedCredits,
  type Movement,
  type ReversalFact,
  type StoredInvoice,
  type UnnamedCredit,
} from './payment-facts.ts';
import { recoveryRows, reversalRows, type Reversal } from './reversals.ts';
import { prepaidLines } from './store-credits.ts';
import { LINE_COLUMNS, replaceLines, type LineRow, type Written } from './store-lines.ts';

/** Kinds that are derived from other rows, and replaced as a whole. */
const DERIVED = ['refund', 'dispute', 'bad_debt', 'payment', 'platform_fee', 'prepaid'] as const;

/** A refund is booked on the day of its credit note, or near it. */
const MAX_CREDIT_DAYS = 7;

export interface Derived extends Written {
  /** What left the balance by disputes of which Stripe did not say how they ended. */
  readonly undecided: readonly NativeAmount[];
  /** Payments that belong to an invoice by amount and day only. */
  readonly matchedByAmount: readonly NativeAmount[];
}

/**
 * Revenue that no invoice line says, from what is stored: payments without an invoice, a platform's fees, and what
 * refunds, lost disputes and bad debt took back. Equal rows are left alone.
 */
export async function deriveRevenue(tx: Queryable): Promise<Derived> {
  const movements = await loadMovements(tx);
  const links = await linkByAmount(tx, movements);
  const reversals = (await loadReversals(tx)).map((one) => withLink(one, links));
  const byInvoice = Map.groupBy(reversals.flatMap(partsByInvoice), ({ invoiceId }) => invoiceId);
  const invoices = await loadInvoices(tx, [...byInvoice.keys()]);
  const moved = rowsOfMovements(movements, links, reversals, await loadUnnamedCredits(tx));
  const lines = [
    ...invoices.flatMap((invoice) => rowsOfInvoice(invoice, byInvoice.get(invoice.id) ?? [])),
    ...moved,
    ...(await prepaidLines(
      tx,
      moved.filter(({ kind, minor }) => kind === 'payment' && minor > 0n),
    )),
  ];
  const { rows } = await tx.query<LineRow & Record<string, unknown>>(
    `SELECT ${LINE_COLUMNS} FROM stripe_revenue_lines WHERE kind = ANY($1)`,
    [DERIVED],
  );
  const written = await replaceLines(tx, new Map(rows.map((row) => [row.id, row])), lines, () => true);
  return {
    ...written,
    undecided: undecidedDisputes(movements),
    matchedByAmount: movements
      .filter((one) => one.category === 'charge' && one.amount > 0n && links.has(one.source ?? one.id))
      .map(({ amount, currency }) => ({ minor: amount, currency })),
  };
}

/** What is still away of each dispute that only the balance knows: one that was won came back. */
function undecidedDisputes(movements: readonly Movement[]): NativeAmount[] {
  const unknown = movements.filter((one) => one.category === 'dispute' && !one.is_known);
  return [...Map.groupBy(unknown, ({ source, id }) => source ?? id).values()].flatMap((parts) => {
    const minor = parts.reduce((sum, { amount }) => sum - amount, 0n);
    return minor > 0n ? parts.slice(0, 1).map(({ currency }) => ({ minor, currency })) : [];
  });
}

/** Invoices by the charges whose connection had to be found by amount and day. */
async function linkByAmount(tx: Queryable, movements: readonly Movement[]): Promise<Map<string, string>> {
  // A charge that was read is of no invoice when invoice payments were read and do not name it.
  const isSaid = await hasInvoicePayments(tx);
  const open = movements.filter((one) => one.category === 'charge' && one.amount > 0n && !(one.is_known && isSaid));
  if (open.length === 0) return new Map();
  const matched = matchPayments(
    open.map(({ id, source, day, amount, currency, customer, exchange_rate: rate }) => ({
      id,
      source: source ?? undefined,
      day,
      minor: amount,
      currency,
      customer: customer ?? undefined,
      exchangeRate: rate ?? undefined,
    })),
    await loadOpenInvoicePayments(tx),
  );
  return new Map(
    open.flatMap((one) => {
      const invoice = matched.get(one.id);
      return invoice === undefined ? [] : [[one.source ?? one.id, invoice.invoiceId] as const];
    }),
  );
}

function withLink(reversal: ReversalFact, links: ReadonlyMap<string, string>): ReversalFact {
  const found = reversal.charge === null ? undefined : links.get(reversal.charge);
  return reversal.invoices.length > 0 || found === undefined
    ? reversal
    : { ...reversal, invoices: [{ id: found, amount: reversal.amount }] };
}

/** A payment may pay several invoices: what went back is shared by what each received. */
function partsByInvoice({ id, kind, day, amount, invoices }: ReversalFact): (Reversal & { invoiceId: string })[] {
  const total = invoices.reduce((acc, one) => acc + one.amount, 0n);
  let cumulated = 0n;
  return invoices.map((invoice, index) => {
    const share = (upTo: bigint): bigint =>
      total > 0n ? divideRounded(amount * upTo, total) : index === 0 ? amount : 0n;
    const before = total > 0n ? share(cumulated) : 0n;
    cumulated += invoice.amount;
    return { id, kind, day, amount: share(cumulated) - before, invoiceId: invoice.id };
  });
}

function rowsOfInvoice(stored: StoredInvoice, reversals: readonly Reversal[]): RevenueLine[] {
  const badDebt: Reversal[] =
    stored.bad_debt > 0n
      ? [
          {
            id: `${stored.id}:bad_debt`,
            kind: 'bad_debt',
            day: stored.bad_debt_on ?? undefined,
            amount: stored.bad_debt,
          },
        ]
      : [];
  const history = {
    invoice: { ...stored, finalisedOn: stored.finalised_on },
    lines: stored.lines,
    otherCredits: stored.other_credits,
    creditNotes: stored.credit_notes.map((note) => ({ ...note, refunds: new Map(Object.entries(note.refunds)) })),
  };
  const recoveredOn = stored.recovered_on ?? undefined;
  if (recoveredOn === undefined) return reversalRows({ ...history, reversals: [...reversals, ...badDebt] });
  // What was paid after all can be refunded again, so the two cancel out before anything else is taken back.
  const lost = reversalRows({ ...history, reversals: badDebt });
  return [...lost, ...recoveryRows(lost, stored.lines, recoveredOn), ...reversalRows({ ...history, reversals })];
}

/** Payments without an invoice, and what was given back of them, each on its day and in the balance's currency. */
function rowsOfMovements(
  movements: readonly Movement[],
  links: ReadonlyMap<string, string>,
  reversals: readonly ReversalFact[],
  credits: readonly UnnamedCredit[],
): RevenueLine[] {
  const isInvoiced = (one: Movement): boolean => (one.charge !== null && links.has(one.charge)) || links.has(one.id);
  const open = [...credits];
  const rows = movements.flatMap((one): RevenueLine[] => {
    if (one.category === 'platform') return [rowOf(one, 'platform_fee')];
    if (isInvoiced(one)) return [];
    if (one.category === 'charge') return [rowOf(one, 'payment')];
    if (one.category === 'dispute') return one.status === 'lost' ? [rowOf(one, 'dispute')] : [];
    if (one.is_known) return [rowOf(one, 'refund')];
    // Nothing is known of it: a credit note of the same amount has taken it off already.
    const covering = open.findIndex(
      (credit) =>
        credit.currency === one.currency &&
        credit.minor === -one.amount &&
        Math.abs(daysBetween(credit.day, one.day)) <= MAX_CREDIT_DAYS,
    );
    if (covering < 0) return [rowOf(one, 'refund')];
    open.splice(covering, 1);
    return [];
  });
  const paid = new Set(movements.flatMap((one) => (one.category === 'charge' ? (one.charge ?? []) : [])));
  const withoutMoney = reversals.filter(
    (one) => one.invoices.length === 0 && !one.has_transaction && one.charge !== null && paid.has(one.charge),
  );
  return [
    ...rows.filter(({ minor }) => minor !== 0n),
    ...withoutMoney.map((one) => ({
      id: one.id,
      invoiceId: one.charge ?? one.id,
      kind: one.kind,
      customer: one.customer ?? UNKNOWN_CUSTOMER,
      status: 'posted',
      finalisedOn: one.day,
      start: one.day,
      end: addDays(one.day, 1),
      minor: -one.amount,
      currency: one.currency,
    })),
  ];
}

function rowOf(one: Movement, kind: 'payment' | 'refund' | 'dispute' | 'platform_fee'): RevenueLine {
  const { charge_amount: whole, charge_part: passedOn } = one;
  // Of a destination charge, what goes on to the connected account is not ours.
  const own =
    whole !== null && passedOn !== null && whole > 0n && passedOn > 0n
      ? divideRounded(one.amount * (whole - passedOn), whole)
      : one.amount;
  return {
    id: one.id,
    invoiceId: one.charge ?? one.source ?? one.id,
    kind,
    customer: one.customer ?? UNKNOWN_CUSTOMER,
    status: 'posted',
    finalisedOn: one.day,
    start: one.day,
    end: addDays(one.day, 1),
    minor: own,
    currency: one.currency,
  };
}
