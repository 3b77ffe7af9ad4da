/** What a board says, in one language. Every key is on every board file; the languages have the same keys by their type. */
export interface PanelText {
  readonly title: string;
  /** What it counts, and what it leaves out. */
  readonly description: string;
  /** Shown where there is nothing to show: what may be missing, and where to look. */
  readonly noData: string;
}

export interface BoardText {
  readonly title: string;
  readonly description: string;
}

export const BOARDS = ['business', 'margins', 'costs', 'health'] as const;
export type BoardName = (typeof BOARDS)[number];

export const PANELS = [
  'revenue',
  'llmCosts',
  'infrastructureCosts',
  'netMargin',
  'revenueTrend',
  'llmCostsTrend',
  'infrastructureCostsTrend',
  'netMarginTrend',
  'revenueVsCosts',
  'topUsers',
  'tokenEfficiency',
  'tokenRatio',
  'averageRatio',
  'errorRate',
  'infrastructureWeek',
  'llmByMonth',
  'lastSync',
  'marginPeriod',
  'marginByDay',
  'marginByCustomer',
  'forecast',
  'forecastVsBudget',
  'costByDay',
  'coverage',
  'costSources',
  'reconciliation',
  'missingInvoices',
  'sourcesByDay',
  'collectors',
  'lastRuns',
  'syncLog',
  'alerts',
  'outcomes',
  'dataAge',
  'runAge',
  'durations',
  'failures',
  'upstream',
  'databaseUp',
  'snapshotAge',
] as const;
export type PanelName = (typeof PANELS)[number];

export interface Texts {
  readonly language: 'en' | 'fr';
  readonly folder: string;
  readonly boards: Readonly<Record<BoardName, BoardText>>;
  readonly panels: Readonly<Record<PanelName, PanelText>>;
  /** Display names of fields. */
  readonly fields: Readonly<Record<string, string>>;
  readonly outcomes: {
    readonly succeeded: string;
    readonly partial: string;
    readonly failed: string;
    readonly skipped: string;
  };
  readonly sources: {
    readonly invoice: string;
    readonly api_invoice: string;
    readonly api_usage: string;
    readonly fixed: string;
    readonly estimate: string;
    readonly mixed: string;
  };
  readonly customerKinds: {
    readonly customer: string;
    readonly other_customers: string;
    readonly unmatched_revenue: string;
    readonly unmatched_cost: string;
  };
  readonly alertFields: { readonly alert: string; readonly state: string; readonly severity: string };
  readonly alertStates: { readonly firing: string; readonly pending: string };
  readonly severities: { readonly critical: string; readonly warning: string };
  readonly yes: string;
  readonly no: string;
  readonly all: string;
  readonly other: string;
  readonly completeTo: string;
  readonly ofWhichInvoiced: string;
  readonly vsBefore: string;
  readonly closedMonths: string;
  readonly runningMonth: string;
  readonly axisPerDay: string;
  readonly axisMrr: string;
  readonly age: string;
  readonly billing: string;
  readonly llmProvider: string;
  readonly invoicesMarked: string;
  readonly pricesMarked: string;
  readonly failedSyncsMarked: string;
}
