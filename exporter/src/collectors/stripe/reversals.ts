import { divideRounded } from '../../money/micros.ts';
import { creditPeriod, type DayRange } from '../../money/recognised-revenue.ts';
import type { RevenueLine } from './lines.ts';

/** An invoice as far as what is taken back from it depends on it. Amounts are minor units with tax. */
export interface InvoiceFacts {
  readonly id: string;
  readonly status: string;
  readonly customer: string;
  readonly currency: string;
  readonly finalisedOn: string;
  readonly total: bigint;
}

/** A line of it, without tax, and what credit notes took off that line (negative). */
export interface ReversibleLine extends DayRange {
  readonly id: string;
  readonly minor: bigint;
  readonly credited: bigint;
}

export interface CreditNoteFacts {
  readonly id: string;
  /** With tax. */
  readonly amount: bigint;
  /** What it gave back in money without naming the refund. */
  readonly unnamed: bigint;
  /** By refund, what of it the credit note covers. */
  readonly refunds: ReadonlyMap<string, bigint>;
}

/** Money that went back, or that never came: with tax, in the invoice's currency. */
export interface Reversal {
  readonly id: string;
  readonly kind: 'refund' | 'dispute' | 'bad_debt';
  /** Undefined where Stripe does not say: it then counts as if it had been so from the start. */
  readonly day: string | undefined;
  readonly amount: bigint;
}

export interface InvoiceHistory {
  readonly invoice: InvoiceFacts;
  readonly lines: readonly ReversibleLine[];
  /** Credits that belong to no line of the invoice (negative, without tax). */
  readonly otherCredits: bigint;
  readonly creditNotes: readonly CreditNoteFacts[];
  readonly reversals: readonly Reversal[];
}

/**
 * The rows that take back what refunds, lost disputes and bad debt took of an invoice, unless a credit note already
 * did. Each is shared over what is left of the lines, without tax in proportion; what a line had earned by the day
 * counts on that day. All of them together never take back more than the invoice has left.
 */
export function reversalRows({ invoice, lines, otherCredits, creditNotes, reversals }: InvoiceHistory): RevenueLine[] {
  const open = invoice.total - sum(creditNotes.map(({ amount }) => amount));
  const weights = lines.map(({ minor, credited }) => minor + credited);
  const whole = sum(weights);
  if (open <= 0n || whole <= 0n || whole + otherCredits <= 0n) return [];
  let unnamed = sum(creditNotes.map((note) => note.unnamed));
  let taken = 0n;
  return [...reversals].sort(byDay).flatMap((reversal) => {
    let amount = reversal.amount - sum(creditNotes.map(({ refunds }) => refunds.get(reversal.id) ?? 0n));
    if (reversal.kind === 'refund') {
      const covered = least(unnamed, most(amount, 0n));
      unnamed -= covered;
      amount -= covered;
    }
    amount = least(amount, open - taken);
    if (amount <= 0n) return [];
    const [before, after] = [taken, taken + amount];
    taken = after;
    // Cumulated over lines and over reversals, so that the parts add up to the minor unit and the last leaves nothing.
    const share = (upTo: bigint, part: bigint): bigint =>
      divideRounded((whole + otherCredits) * part * upTo, whole * open);
    let cumulated = 0n;
    return lines.flatMap((line, index) => {
      const start = cumulated;
      cumulated += weights[index] ?? 0n;
      const minor = share(after, cumulated) - share(after, start) - (share(before, cumulated) - share(before, start));
      return minor === 0n ? [] : [rowOf(invoice, line, reversal, -minor)];
    });
  });
}

function rowOf(invoice: InvoiceFacts, line: ReversibleLine, { id, kind, day }: Reversal, minor: bigint): RevenueLine {
  return {
    id: `${id}:${line.id}`,
    invoiceId: invoice.id,
    kind,
    customer: invoice.customer,
    status: 'posted',
    finalisedOn: day ?? invoice.finalisedOn,
    ...(day === undefined ? { start: line.start, end: line.end } : creditPeriod(day, line)),
    minor,
    currency: invoice.currency,
    reversedLine: line.id,
  };
}

/** Bad debt that was paid on `day` after all: what `lost` took back by then is earned on that day, the rest as before. */
export function recoveryRows(
  lost: readonly RevenueLine[],
  lines: readonly ReversibleLine[],
  day: string,
): RevenueLine[] {
  const byId = new Map(lines.map((line) => [line.id, line]));
  return lost.map(({ spread: _, ...row }) => ({
    ...row,
    id: `${row.id}:recovered`,
    finalisedOn: day,
    ...creditPeriod(day, row.reversedLine === undefined ? undefined : byId.get(row.reversedLine)),
    minor: -row.minor,
  }));
}

function byDay(a: Reversal, b: Reversal): number {
  const [left, right] = [`${a.day ?? ''} ${a.id}`, `${b.day ?? ''} ${b.id}`];
  return left < right ? -1 : left > right ? 1 : 0;
}

function sum(amounts: readonly bigint[]): bigint {
  return amounts.reduce((acc, amount) => acc + amount, 0n);
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function most(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
