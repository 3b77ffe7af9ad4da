import { formatMicros } from '../../money/micros.ts';
import { minorToMicros } from '../../money/minor-units.ts';
import { addDays } from '../../money/days.ts';
import { convert, loadFxRates, rateOn, type FxRate } from '../../ledger/fx-rates.ts';
import type { Queryable } from '../../database/queryable.ts';
import type { Day } from '../contract.ts';
import type { RevenueKind, RevenueLine } from './lines.ts';
import type { Touched } from './reading/days-to-compute.ts';
import { trimmedRate } from './rates.ts';

export interface Written {
  readonly rows: number;
  readonly touched: readonly Touched[];
}

export interface LineRow {
  readonly id: string;
  readonly invoice_id: string;
  readonly kind: RevenueKind;
  readonly customer: string;
  readonly status: string;
  readonly finalised_on: Day;
  readonly period_start: Day;
  readonly period_end: Day;
  readonly spread_start: Day | null;
  readonly spread_end: Day | null;
  readonly reversed_line: string | null;
  readonly amount: string;
  readonly currency: string;
  readonly fx_rate: string | null;
  readonly amount_usd: string | null;
}

export const LINE_COLUMNS = `id, invoice_id, kind, customer, status, finalised_on::text AS finalised_on,
  period_start::text AS period_start, period_end::text AS period_end, spread_start::text AS spread_start,
  spread_end::text AS spread_end, reversed_line, trunc(amount)::text AS amount, currency,
  trim_scale(fx_rate)::text AS fx_rate, amount_usd::text AS amount_usd`;

/** Rows of one statement. */
const CHUNK = 5_000;

/**
 * Replaces the stored lines of the invoices that were read; equal rows are left alone, and a rate once stored stays.
 */
export async function storeLines(
  tx: Queryable,
  read: {
    readonly lines: readonly RevenueLine[];
    readonly invoiceIds: readonly string[];
    /** Credit notes were read to their end, so credits that invoices told are no longer needed. */
    readonly creditNotesRead: boolean;
    /** Also looks at every row that a rate can convert by now. */
    readonly isLastOfRun?: boolean;
  },
): Promise<Written> {
  const stored = await loadStored(tx, read);
  const invoices = new Set(read.invoiceIds);
  return replaceLines(
    tx,
    stored,
    read.lines,
    (row) => (row.kind === 'invoice_line' && invoices.has(row.invoice_id)) || (read.creditNotesRead && isGuess(row)),
  );
}

/**
 * Writes `lines` over what is `stored`: what is missing in them is removed where `isReplaced` says so, and else
 * converted, if it was not and a rate valid on its own day was entered since.
 */
export async function replaceLines(
  tx: Queryable,
  stored: ReadonlyMap<string, LineRow>,
  lines: readonly RevenueLine[],
  isReplaced: (row: LineRow) => boolean,
): Promise<Written> {
  const rates = await loadFxRates(tx, [
    ...new Set([...lines.map(({ currency }) => currency), ...[...stored.values()].map(({ currency }) => currency)]),
  ]);
  const lineRates = await loadLineRates(tx, lines);
  const wanted = new Map<string, LineRow>();
  // Lines before what reverses them: a reversal takes the rate of its line.
  for (const line of [...lines].sort((a, b) => Number(isReversal(a)) - Number(isReversal(b)))) {
    const row = toRow(line, stored.get(line.id), rates, lineRates);
    wanted.set(row.id, row);
    if (!isReversal(line) && row.fx_rate !== null) lineRates.set(row.id, row.fx_rate);
  }
  const gone: LineRow[] = [];
  for (const row of stored.values()) {
    if (wanted.has(row.id)) continue;
    if (isReplaced(row)) gone.push(row);
    // A rate that was entered late, valid on the row's own day: the row was never converted, so nothing is restated.
    else wanted.set(row.id, convertToUsd(row, rates));
  }
  const changed = [...wanted.values()]
    .filter((row) => !isSame(row, stored.get(row.id)))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  if (gone.length > 0)
    await tx.query('DELETE FROM stripe_revenue_lines WHERE id = ANY($1)', [gone.map(({ id }) => id)]);
  for (let from = 0; from < changed.length; from += CHUNK)
    await tx.query(UPSERT, [JSON.stringify(changed.slice(from, from + CHUNK))]);
  const touching = [...changed, ...changed.flatMap(({ id }) => stored.get(id) ?? []), ...gone];
  return {
    rows: changed.length + gone.length,
    // Between the invoice and its period the amount is deferred.
    touched: touching.map((row) => ({
      start: row.period_start < row.finalised_on ? row.period_start : row.finalised_on,
      end: row.period_end > row.finalised_on ? row.period_end : addDays(row.finalised_on, 1),
    })),
  };
}

function isReversal({ reversedLine }: RevenueLine): boolean {
  return reversedLine !== undefined;
}

async function loadLineRates(tx: Queryable, lines: readonly RevenueLine[]): Promise<Map<string, string>> {
  const reversed = [...new Set(lines.flatMap(({ reversedLine }) => reversedLine ?? []))];
  if (reversed.length === 0) return new Map();
  const { rows } = await tx.query<{ id: string; rate: string }>(
    `SELECT id, trim_scale(fx_rate)::text AS rate FROM stripe_revenue_lines
     WHERE id = ANY($1) AND fx_rate IS NOT NULL`,
    [reversed],
  );
  return new Map(rows.map(({ id, rate }) => [id, rate]));
}

/** What is stored of these invoices and credit notes, guessed credits, and rows that can be converted by now. */
async function loadStored(
  tx: Queryable,
  {
    lines,
    invoiceIds,
    isLastOfRun = false,
  }: { readonly lines: readonly RevenueLine[]; readonly invoiceIds: readonly string[]; readonly isLastOfRun?: boolean },
): Promise<Map<string, LineRow>> {
  const credits = lines.filter(({ kind }) => kind === 'credit_note_line').map(({ id }) => id);
  const result = await tx.query<LineRow & Record<string, unknown>>(
    `SELECT ${LINE_COLUMNS} FROM stripe_revenue_lines WHERE invoice_id = ANY($1) AND kind = 'invoice_line'
     UNION SELECT ${LINE_COLUMNS} FROM stripe_revenue_lines WHERE id = ANY($2)
     UNION SELECT ${LINE_COLUMNS} FROM stripe_revenue_lines
       WHERE $3 AND kind = 'credit_note_line' AND id LIKE '%:credits'
     UNION SELECT ${LINE_COLUMNS} FROM stripe_revenue_lines l WHERE $3 AND fx_rate IS NULL
       AND EXISTS (SELECT 1 FROM fx_rates r WHERE r.currency = l.currency AND r.day <= l.finalised_on)`,
    [invoiceIds, credits, isLastOfRun],
  );
  return new Map(result.rows.map((row) => [row.id, row]));
}

function isGuess({ id, kind }: LineRow): boolean {
  return kind === 'credit_note_line' && id.endsWith(':credits');
}

function toRow(
  line: RevenueLine,
  before: LineRow | undefined,
  rates: readonly FxRate[],
  lineRates: ReadonlyMap<string, string>,
): LineRow {
  const reversedRate = line.reversedLine === undefined ? undefined : lineRates.get(line.reversedLine);
  const row = {
    id: line.id,
    invoice_id: line.invoiceId,
    kind: line.kind,
    customer: line.customer,
    status: line.status,
    finalised_on: line.finalisedOn,
    period_start: line.start,
    period_end: line.end,
    spread_start: line.spread?.start ?? null,
    spread_end: line.spread?.end ?? null,
    reversed_line: line.reversedLine ?? null,
    amount: String(line.minor),
    currency: line.currency,
    fx_rate: (before?.currency === line.currency ? before.fx_rate : null) ?? reversedRate ?? null,
    amount_usd: null,
  };
  return convertToUsd(row, rates);
}

function convertToUsd(row: LineRow, rates: readonly FxRate[]): LineRow {
  const rate = row.fx_rate ?? rateOn(rates, row.currency, row.finalised_on);
  if (rate === undefined) return row;
  return {
    ...row,
    fx_rate: trimmedRate(rate),
    amount_usd: formatMicros(convert(minorToMicros(BigInt(row.amount), row.currency), rate)),
  };
}

function isSame(a: LineRow, b: LineRow | undefined): boolean {
  if (b === undefined) return false;
  return (
    a.invoice_id === b.invoice_id &&
    a.customer === b.customer &&
    a.status === b.status &&
    a.finalised_on === b.finalised_on &&
    a.period_start === b.period_start &&
    a.period_end === b.period_end &&
    a.spread_start === b.spread_start &&
    a.spread_end === b.spread_end &&
    a.reversed_line === b.reversed_line &&
    a.amount === b.amount &&
    a.currency === b.currency &&
    a.fx_rate === b.fx_rate
  );
}

const UPSERT = `
INSERT INTO stripe_revenue_lines (id, invoice_id, kind, customer, status, finalised_on, period_start, period_end,
  spread_start, spread_end, reversed_line, amount, currency, fx_rate, amount_usd, updated_at)
SELECT id, invoice_id, kind, customer, status, finalised_on, period_start, period_end, spread_start, spread_end,
  reversed_line, amount, currency, fx_rate, amount_usd, now()
FROM jsonb_to_recordset($1::jsonb) AS r(id text, invoice_id text, kind text, customer text, status text,
  finalised_on date, period_start date, period_end date, spread_start date, spread_end date, reversed_line text,
  amount numeric, currency text, fx_rate numeric,
  amount_usd numeric)
ORDER BY id
ON CONFLICT (id) DO UPDATE SET invoice_id = excluded.invoice_id, kind = excluded.kind, customer = excluded.customer,
  status = excluded.status, finalised_on = excluded.finalised_on, period_start = excluded.period_start,
  period_end = excluded.period_end, spread_start = excluded.spread_start, spread_end = excluded.spread_end,
  reversed_line = excluded.reversed_line, amount = excluded.amount, currency = excluded.currency,
  fx_rate = excluded.fx_rate, amount_usd = excluded.amount_usd, updated_at = now()`;
