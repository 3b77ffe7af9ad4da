import type { Found, ImportWarning, ProposedStatement, ReadDocument, ReadLine } from '../contract/imports.ts';
import { splitByWeight } from '../money/allocation.ts';
import { currencyDigits } from '../money/currency.ts';
import { formatMicros, parseMicros, sumMicros, type Micros } from '../money/micros.ts';
import { costlessWarning, isCostless } from './document-type.ts';

export interface Proposal {
  readonly statements: readonly ProposedStatement[];
  readonly warnings: readonly ImportWarning[];
}

interface Group {
  readonly start: string | null;
  readonly end: string | null;
  readonly lines: readonly ReadLine[];
  readonly amount: Micros;
}

const MAX_NOTES = 1_000;
const CENT: Micros = 10_000n;

/**
 * What to store for a document: a statement for each period on it, all with its number; nothing for a document that is
 * no cost. Amounts exclude tax, which goes beside the first one. Where the lines do not add up to the total, the total
 * is proposed as it is printed. Discounts on the whole invoice become credits over the same periods.
 */
export function propose(document: ReadDocument): Proposal {
  if (isCostless(document.documentType))
    return { statements: [], warnings: costlessWarning(document.documentType, document.parts) };
  const total = document.total ?? document.amountDue ?? document.amountPaid;
  if (total === null && document.lines.length === 0) return { statements: [], warnings: [] };
  const tax = document.tax === null ? 0n : parseMicros(document.tax.value);
  const net = total === null ? null : parseMicros(total.value) - tax;
  if (net === null || document.lines.length === 0 || document.linesMatchTotal === false)
    return proposeTotal(document, net);
  const discounts = document.lines.filter(({ discount }) => discount);
  const charged = groupByPeriod(document.lines.filter(({ discount }) => !discount));
  const groups = withoutTax([...charged, ...sharedDiscounts(charged, discounts)], net);
  const { remaining, warnings } = withoutEmpty(groups);
  const statements = remaining.map((group, index) =>
    statementOf(document, {
      line: remaining.length === 1 ? 0 : index + 1,
      amount: group.amount,
      start: group.start ?? document.periodStart?.value ?? null,
      end: group.end ?? document.periodEnd?.value ?? null,
      lines: group.lines,
      first: index === 0,
    }),
  );
  return { statements: joined(statements), warnings: [...warnings, ...periodWarnings(statements)] };
}

function proposeTotal(document: ReadDocument, net: Micros | null): Proposal {
  const [start, end] = [document.periodStart?.value ?? null, document.periodEnd?.value ?? null];
  const statement = statementOf(document, { line: 0, amount: net, start, end, lines: document.lines, first: true });
  return { statements: [statement], warnings: periodWarnings([statement]) };
}

/** One period for each line that prints one; lines without one stay together. */
function groupByPeriod(lines: readonly ReadLine[]): Group[] {
  const groups = Map.groupBy(
    lines,
    ({ periodStart, periodEnd }) => `${periodStart?.value ?? ''}/${periodEnd?.value ?? ''}`,
  );
  return [...groups.values()].map((members) => ({
    start: members[0]?.periodStart?.value ?? null,
    end: members[0]?.periodEnd?.value ?? null,
    lines: members,
    amount: sumOf(members),
  }));
}

/** Discounts on the whole invoice, all of them together, by what the periods cost, to the cent. */
function sharedDiscounts(charged: readonly Group[], discounts: readonly ReadLine[]): readonly Group[] {
  if (discounts.length === 0) return [];
  const amount = sumOf(discounts);
  const weights = new Map(
    charged.flatMap((group, index) => (group.amount > 0n ? [[String(index), group.amount] as const] : [])),
  );
  if (weights.size === 0) return [{ start: null, end: null, lines: discounts, amount }];
  const unit = amount % CENT === 0n ? CENT : 1n;
  const size = amount < 0n ? -amount : amount;
  const shares = splitByWeight(size / unit, weights);
  return charged.flatMap((group, index) => {
    const share = (shares.get(String(index)) ?? 0n) * unit;
    return share === 0n
      ? []
      : [{ start: group.start, end: group.end, lines: discounts, amount: amount < 0n ? -share : share }];
  });
}

/** Statements of one period and kind are one: a number may have each only once. */
function joined(statements: readonly ProposedStatement[]): ProposedStatement[] {
  const groups = Map.groupBy(statements, ({ periodStart, periodEnd, kind }) =>
    [periodStart, periodEnd, kind].join('/'),
  );
  const merged = [...groups.values()].flatMap((members) => {
    const [first] = members;
    if (first === undefined || members.length === 1) return members;
    const sum = formatMicros(sumMicros(members.map(({ amount }) => parseMicros(amount ?? '0'))));
    const notes = members.flatMap((one) => one.notes ?? []).join('; ');
    return [{ ...first, amount: sum, notes: cut(notes) }];
  });
  return merged.map((one, index) => ({ ...one, line: merged.length === 1 ? 0 : index + 1 }));
}

function sumOf(lines: readonly ReadLine[]): Micros {
  return sumMicros(lines.map(({ amount }) => parseMicros(amount.value)));
}

/** Where prices include tax, it is taken out of the periods by their shares, to the cent. */
function withoutTax(all: readonly Group[], net: Micros): readonly Group[] {
  const gross = sumMicros(all.map(({ amount }) => amount));
  if (gross === net) return all;
  // A discount first lessens its period: a share of a negative amount means nothing.
  const groups = [...Map.groupBy(all, ({ start, end }) => `${start ?? ''}/${end ?? ''}`).values()].map((members) => ({
    start: members[0]?.start ?? null,
    end: members[0]?.end ?? null,
    lines: members.flatMap(({ lines }) => lines),
    amount: sumMicros(members.map(({ amount }) => amount)),
  }));
  const positive = groups.every(({ amount }) => amount >= 0n) && gross > 0n && net >= 0n;
  if (!positive) return [{ start: null, end: null, lines: groups.flatMap(({ lines }) => lines), amount: net }];
  const shares = splitByWeight(net / CENT, new Map(groups.map(({ amount }, index) => [String(index), amount])));
  return groups.map((group, index) => ({ ...group, amount: (shares.get(String(index)) ?? 0n) * CENT }));
}

/**
 * Without the lines that have no period and cancel each other (usage and its included credit), as long as another
 * period has an amount.
 */
function withoutEmpty(groups: readonly Group[]): { remaining: readonly Group[]; warnings: ImportWarning[] } {
  const remaining = groups.filter(({ amount, start }) => amount !== 0n || start !== null);
  if (remaining.length === 0 || remaining.length === groups.length) return { remaining: groups, warnings: [] };
  const names = groups
    .filter((group) => !remaining.includes(group))
    .flatMap(({ lines }) => lines.map(({ description }) => description));
  return {
    remaining,
    warnings: [
      {
        code: 'lines_cancel_out',
        message: `Left out, since together they are 0.00 and name no period: ${names.join('; ')}.`,
      },
    ],
  };
}

interface Part {
  readonly line: number;
  readonly amount: Micros | null;
  readonly start: string | null;
  readonly end: string | null;
  readonly lines: readonly ReadLine[];
  readonly first: boolean;
}

function statementOf(document: ReadDocument, { line, amount, start, end, lines, first }: Part): ProposedStatement {
  const credit = amount !== null && (amount < 0n || (document.type === 'credit_note' && amount > 0n));
  const text = (found: Found | null): string | null => found?.value ?? null;
  return {
    provider: text(document.provider),
    component: null,
    invoiceNumber: text(document.invoiceNumber),
    line,
    billingDate: text(document.billingDate),
    periodStart: start,
    periodEnd: end,
    amount: amount === null ? null : printed(credit && amount > 0n ? -amount : amount, text(document.currency)),
    currency: text(document.currency),
    fxRate: null,
    // A credit's tax is printed with either sign.
    taxAmount: first ? (text(document.tax)?.replace(/^-/, '') ?? null) : null,
    notes: notesOf(document, lines),
    kind: credit ? 'credit' : 'invoice',
    additional: false,
  };
}

/** Without decimals where the currency has none. */
function printed(amount: Micros, currency: string | null): string {
  const decimal = formatMicros(amount);
  return currency !== null && currencyDigits(currency) === 0 ? decimal.replace(/\.00$/, '') : decimal;
}

function notesOf(document: ReadDocument, lines: readonly ReadLine[]): string | null {
  const parts = lines.map(({ description, amount }) => `${description} ${amount.value}`);
  if (document.receiptNumber !== null) parts.unshift(`receipt ${document.receiptNumber.value}`);
  return cut(parts.join('; '));
}

function cut(notes: string): string | null {
  if (notes === '') return null;
  return notes.length > MAX_NOTES ? `${notes.slice(0, MAX_NOTES - 1)}…` : notes;
}

function periodWarnings(statements: readonly ProposedStatement[]): ImportWarning[] {
  if (statements.every(({ periodStart }) => periodStart !== null)) return [];
  return [
    {
      code: 'period_missing',
      message: 'A period is not printed; left empty, it becomes the calendar month of the billing date.',
    },
  ];
}

const WANTED = ['vendor', 'invoiceNumber', 'billingDate', 'currency', 'total'] as const;
const NAMES: Readonly<Record<(typeof WANTED)[number], string>> = {
  vendor: 'the vendor',
  invoiceNumber: 'the invoice number',
  billingDate: 'the billing date',
  currency: 'the currency',
  total: 'the total',
};

/** What a person has to look up. */
export function missingWarnings(document: ReadDocument): ImportWarning[] {
  const missing = WANTED.filter(
    (field) => document[field] === null && !(field === 'total' && (document.amountDue ?? document.amountPaid) !== null),
  );
  return missing.length === 0
    ? []
    : [
        {
          code: 'fields_missing',
          message: `Not found in ${document.parts.join(', ')}: ${missing.map((field) => NAMES[field]).join(', ')}.`,
        },
      ];
}
