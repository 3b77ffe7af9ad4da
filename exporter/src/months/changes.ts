import {
  LINE_FIGURES,
  type ChangeCause,
  type FigureChange,
  type LineFigure,
  type MonthChange,
  type MonthFigures,
  type MonthLine,
  type MonthStatement,
} from '../contract/months.ts';
import { micros } from '../money/format.ts';
import { formatMicros, sumMicros, type Micros } from '../money/micros.ts';
import type { ChangeHistory, Event } from './change-history.ts';

export interface MonthChanges {
  readonly figures: FigureChange[];
  readonly changes: MonthChange[];
}

type Compared = Pick<MonthStatement, 'figures' | 'lines' | 'to'>;

/**
 * What is different between a frozen statement and the present one, line by line. Pure. The differences of the lines of
 * a figure add up to the difference of the figure exactly, since each statement's lines add up to its figures.
 */
export function monthChanges(before: Compared, after: Compared, history: ChangeHistory): MonthChanges {
  const old = new Map(before.lines.map((line) => [line.key, line]));
  const present = new Map(after.lines.map((line) => [line.key, line]));
  const keys = [...new Set([...old.keys(), ...present.keys()])];
  const changes = keys.flatMap((key): MonthChange[] => {
    const from = old.get(key);
    const to = present.get(key);
    const line = to ?? from;
    if (line === undefined || isSame(from, to)) return [];
    const cause = causeOf(from, to, { before, after, history });
    const event = eventOf(cause, from ?? line, history);
    return [
      {
        figure: line.figure,
        key,
        cause,
        provider: line.provider,
        component: line.component,
        source: line.source,
        invoiceNumber: line.invoiceNumber,
        beforeUsd: from?.amountUsd ?? null,
        afterUsd: to?.amountUsd ?? null,
        differenceUsd: formatMicros(amountOf(to) - amountOf(from)),
        at: event?.at ?? null,
        by: event?.by ?? null,
        reason: event?.reason ?? null,
      },
    ];
  });
  return { figures: figureChanges(before.figures, after.figures, changes), changes };
}

function isSame(from: MonthLine | undefined, to: MonthLine | undefined): boolean {
  if (from === undefined || to === undefined) return false;
  return (['amountUsd', 'version', 'currency', 'figure'] as const).every((field) => from[field] === to[field]);
}

/** A line without a rate is in no sum. */
function amountOf(line: MonthLine | undefined): Micros {
  return micros(line?.amountUsd ?? null) ?? 0n;
}

interface Surroundings {
  readonly before: Compared;
  readonly after: Compared;
  readonly history: ChangeHistory;
}

function causeOf(from: MonthLine | undefined, to: MonthLine | undefined, around: Surroundings): ChangeCause {
  const line = to ?? from;
  if (from !== undefined && from.version === to?.version) {
    if (from.amountUsd === null && to.amountUsd !== null) return 'rate_stored';
    if (around.before.to !== around.after.to && line?.kind !== 'stripe_invoice') return 'days_added';
  }
  switch (line?.kind) {
    case 'invoice': {
      const event = around.history.invoices.get(line.key);
      if (event === undefined) return 'days_added';
      if (event.action === 'void') return 'invoice_voided';
      return event.isNew && from === undefined ? 'invoice_entered' : 'invoice_corrected';
    }
    case 'stripe_invoice':
      if (from === undefined) return 'revenue_added';
      return to === undefined ? 'revenue_gone' : 'revenue_restated';
    case 'cost':
      if (from === undefined) return 'cost_added';
      if (to === undefined) return isReplaced(from, around.after) ? 'cost_replaced' : 'cost_gone';
      return from.provider === 'llm' && around.history.repriced !== undefined ? 'llm_repriced' : 'cost_restated';
    case 'day':
      return from === undefined && around.before.to !== around.after.to ? 'days_added' : 'revenue_restated';
    default:
      return line?.provider === null ? 'revenue_restated' : 'cost_restated';
  }
}

/** Something else says now what the provider cost. */
function isReplaced({ provider, source }: MonthLine, after: Compared): boolean {
  return after.lines.some((line) => line.provider === provider && line.source !== source);
}

function eventOf(cause: ChangeCause, line: MonthLine, history: ChangeHistory): Event | undefined {
  if (cause === 'rate_stored') return history.rates.get(line.currency ?? '') ?? history.invoices.get(line.key);
  if (cause === 'llm_repriced') return history.repriced;
  return line.kind === 'invoice' ? history.invoices.get(line.key) : undefined;
}

const FIELDS: Readonly<Record<LineFigure, keyof Omit<MonthFigures, 'netMarginRatio'>>> = {
  revenue: 'revenueUsd',
  cash: 'cashUsd',
  billed: 'billedUsd',
  fees: 'paymentFeesUsd',
  llm: 'llmCostUsd',
  infrastructure: 'infrastructureCostUsd',
  mrr: 'mrrUsd',
};

function figureChanges(before: MonthFigures, after: MonthFigures, changes: readonly MonthChange[]): FigureChange[] {
  const figures = LINE_FIGURES.map((figure): FigureChange => {
    const own = changes.filter((change) => change.figure === figure);
    return {
      figure,
      beforeUsd: before[FIELDS[figure]],
      afterUsd: after[FIELDS[figure]],
      differenceUsd: formatMicros(sumMicros(own.map(({ differenceUsd }) => micros(differenceUsd) ?? 0n))),
    };
  });
  const old = micros(before.netMarginUsd);
  const present = micros(after.netMarginUsd);
  return [
    ...figures,
    {
      figure: 'margin',
      beforeUsd: before.netMarginUsd,
      afterUsd: after.netMarginUsd,
      differenceUsd: old === null || present === null ? null : formatMicros(present - old),
    },
  ];
}
