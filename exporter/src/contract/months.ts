/**
 * The statement of a month: what was earned, spent and kept, with the source of every part, and what has changed since it
 * was closed. Shared by exporter and plugin; free of dependencies. Amounts are decimal strings in USD, what is not known
 * is null; periods are half-open.
 */
import type { ApiWarning, Coverage } from './answers.ts';
import type { MissingInvoiceRow } from './billing.ts';
import type { CostSource } from './providers.ts';
import type { MovementFigures } from './revenue-movements.ts';

/** Paths below `/api/v1`. */
export const MONTH_PATHS = {
  list: '/months',
  month: '/months/{month}',
  changes: '/months/{month}/changes',
  /** Canonical JSON: of a closed month the very bytes whose SHA-256 is stored. */
  json: '/months/{month}.json',
  csv: '/months/{month}.csv',
  html: '/months/{month}.html',
  preview: '/admin/months/{month}/close/preview',
  close: '/admin/months/{month}/close',
  reopen: '/admin/months/{month}/reopen',
} as const;

/** The figures of a statement; each of them is the sum of the lines that name it, apart from MRR and the margin. */
export interface MonthFigures {
  /** Recognised revenue. */
  readonly revenueUsd: string | null;
  readonly cashUsd: string | null;
  readonly billedUsd: string | null;
  readonly paymentFeesUsd: string | null;
  readonly llmCostUsd: string | null;
  /** Everything but LLM and payment fees. */
  readonly infrastructureCostUsd: string | null;
  /** Revenue − LLM − infrastructure − payment fees; null where one of them is not known. */
  readonly netMarginUsd: string | null;
  readonly netMarginRatio: number | null;
  /** The newest snapshot of the month. */
  readonly mrrUsd: string | null;
}

/** Figures that lines add up to. */
export const LINE_FIGURES = ['revenue', 'cash', 'billed', 'fees', 'llm', 'infrastructure', 'mrr'] as const;
export type LineFigure = (typeof LINE_FIGURES)[number];

/**
 * `invoice`: an invoice or credit that was entered; `cost`: what another source says about a component;
 * `stripe_invoice`: what an invoice of Stripe earned in the month; `day`: a figure of one day; `rest`: what the lines
 * before do not explain; `total`: a figure without parts.
 */
export const LINE_KINDS = ['invoice', 'cost', 'stripe_invoice', 'day', 'rest', 'total'] as const;
export type LineKind = (typeof LINE_KINDS)[number];

/** The smallest part of a figure that a change is explained by. */
export interface MonthLine {
  readonly figure: LineFigure;
  readonly kind: LineKind;
  /** What the line is about, the same in every version: a series of versions, a component, a Stripe invoice, a day. */
  readonly key: string;
  /** Provider of the ledger; null for revenue. */
  readonly provider: string | null;
  readonly component: string | null;
  readonly source: CostSource | null;
  readonly invoiceNumber: string | null;
  /** The version of an entered invoice that counts. */
  readonly version: number | null;
  /** Null where there is no rate to USD. */
  readonly amountUsd: string | null;
  /** The currency that has no rate, where `amountUsd` is null. */
  readonly currency: string | null;
}

export interface MonthProviderCost {
  readonly provider: string;
  readonly title: string;
  readonly costUsd: string | null;
  /** What each source adds, best source first. */
  readonly sources: readonly { readonly source: CostSource; readonly costUsd: string }[];
}

export interface MonthDay {
  readonly day: string;
  readonly mrrUsd: string | null;
  readonly revenueUsd: string | null;
  /** LLM + infrastructure + payment fees. */
  readonly costUsd: string | null;
  readonly marginUsd: string | null;
  /** By provider, as in `providers`. */
  readonly costs: Readonly<Record<string, string>>;
}

export interface MonthModel {
  readonly provider: string;
  readonly model: string;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly costUsd: string | null;
}

export interface MonthRequests {
  readonly provider: string;
  /** Null, as `errors`, where the source of this usage counts no requests. */
  readonly requests: number | null;
  readonly errors: number | null;
  readonly errorRate: number | null;
}

/** How MRR moved in these days: opening and the movements add up to closing. Null where a day is not known. */
export type MonthMovements = Pick<
  MovementFigures,
  | 'openingUsd'
  | 'newUsd'
  | 'expansionUsd'
  | 'contractionUsd'
  | 'churnUsd'
  | 'reactivationUsd'
  | 'rateChangeUsd'
  | 'correctionUsd'
  | 'closingUsd'
>;

/** What is frozen when a month is closed. Holds no name of a person, so that a person's data can be erased. */
export interface MonthStatement {
  /** `2026-03`. */
  readonly month: string;
  /** The days whose figures are in it: `[from, to)`. Shorter than the month while a source has not got to its end. */
  readonly from: string;
  readonly to: string;
  /** The whole month is in it. */
  readonly complete: boolean;
  readonly demo: boolean;
  readonly figures: MonthFigures;
  /** Null while nothing is known of it. */
  readonly movements: MonthMovements | null;
  readonly coverage: Coverage | null;
  readonly providers: readonly MonthProviderCost[];
  readonly missingInvoices: readonly MissingInvoiceRow[];
  /** What the figures lack. Nothing about the state of a collector, which is of the moment. */
  readonly warnings: readonly ApiWarning[];
  readonly days: readonly MonthDay[];
  readonly llmByMonth: readonly { readonly month: string; readonly costUsd: string | null }[];
  readonly models: readonly MonthModel[];
  readonly requests: readonly MonthRequests[];
  readonly lines: readonly MonthLine[];
}

export const MONTH_STATES = ['running', 'open', 'closed', 'reopened'] as const;
export type MonthState = (typeof MONTH_STATES)[number];

/** A version: closing freezes a statement, reopening takes it out of force; neither is ever edited. */
export interface MonthVersion {
  readonly version: number;
  readonly action: 'close' | 'reopen';
  /** Of the frozen statement as canonical JSON; null where the month was reopened. */
  readonly sha256: string | null;
  readonly at: string;
  /** Null for viewers. */
  readonly createdBy: string | null;
  /** Null for viewers. */
  readonly reason: string | null;
}

export interface MonthAnswer {
  readonly month: string;
  readonly state: MonthState;
  readonly versions: readonly MonthVersion[];
  /** With everything that is known now. */
  readonly live: MonthStatement;
  /** As it was closed; null unless the month is closed. */
  readonly frozen: MonthStatement | null;
}

export interface MonthListAnswer {
  readonly data: readonly {
    readonly month: string;
    readonly state: MonthState;
    readonly version: number | null;
    readonly sha256: string | null;
    readonly at: string | null;
  }[];
}

/** Why a line is not what it was. */
export const CHANGE_CAUSES = [
  'invoice_entered',
  'invoice_corrected',
  'invoice_voided',
  'rate_stored',
  'cost_added',
  'cost_replaced',
  'cost_gone',
  'cost_restated',
  'llm_repriced',
  'revenue_added',
  'revenue_gone',
  'revenue_restated',
  'days_added',
] as const;
export type ChangeCause = (typeof CHANGE_CAUSES)[number];

export interface MonthChange extends Omit<MonthLine, 'amountUsd' | 'currency' | 'version' | 'kind'> {
  readonly cause: ChangeCause;
  /** Null where the line was not there, or had no rate. */
  readonly beforeUsd: string | null;
  readonly afterUsd: string | null;
  /** What the change adds to the figure. */
  readonly differenceUsd: string;
  /** When it was entered, where that is known. */
  readonly at: string | null;
  /** Null for viewers, and where nobody entered it. */
  readonly by: string | null;
  readonly reason: string | null;
}

export interface FigureChange {
  readonly figure: LineFigure | 'margin';
  readonly beforeUsd: string | null;
  readonly afterUsd: string | null;
  /** Exactly the sum of the changes of this figure; for the margin, null where it was or is not known. */
  readonly differenceUsd: string | null;
}

export interface MonthChangesAnswer {
  readonly month: string;
  /** The frozen version that is compared with the present figures. */
  readonly version: number;
  readonly closedAt: string;
  readonly figures: readonly FigureChange[];
  readonly changes: readonly MonthChange[];
}

export interface MonthPreviewAnswer {
  readonly month: string;
  /** Send it back to close the month with exactly this statement. */
  readonly sha256: string;
  readonly statement: MonthStatement;
}

export interface MonthClosedAnswer {
  readonly month: string;
  readonly version: number;
  readonly sha256: string | null;
}
