export interface PanelText {
  readonly title: string;
  /** What it counts, and what it leaves out. */
  readonly description: string;
  /** Shown when there is no data: what may be missing, and where to look. */
  readonly noData: string;
}

export type BusinessPanel =
  | 'revenue'
  | 'llmCosts'
  | 'infrastructureCosts'
  | 'netMargin'
  | 'revenueTrend'
  | 'llmCostsTrend'
  | 'infrastructureCostsTrend'
  | 'netMarginTrend'
  | 'revenueVsCosts'
  | 'topUsers'
  | 'tokenEfficiency'
  | 'tokenRatio'
  | 'averageRatio'
  | 'errorRate'
  | 'infrastructureWeek'
  | 'llmByMonth'
  | 'lastSync';

export type MarginsPanel =
  'marginPeriod' | 'marginByDay' | 'marginByCustomer' | 'forecast' | 'forecastVsBudget' | 'mrr';

export type RevenuePanel =
  | 'revenueNow'
  | 'movementsByMonth'
  | 'mrrBridge'
  | 'largestMovements'
  | 'mrrByPlan'
  | 'mrrByDay'
  | 'mrrAtRisk'
  | 'churnByMonth'
  | 'retentionByMonth'
  | 'cohortMrr'
  | 'cohortCustomers'
  | 'billedAndCash'
  | 'takenBack'
  | 'deferredRevenue'
  | 'mrrByCurrency';

export type CostsPanel =
  | 'costByDay'
  | 'coverage'
  | 'costSources'
  | 'reconciliation'
  | 'missingInvoices'
  | 'mailsWaiting'
  | 'sourcesByDay'
  | 'cacheByModel';

export type LlmPanel = 'usageByMonth' | 'usageByProvider' | 'usageByModel' | 'usageByUser';

export type HealthPanel =
  | 'collectors'
  | 'lastRuns'
  | 'syncLog'
  | 'alerts'
  | 'dataAge'
  | 'runAge'
  | 'durations'
  | 'failures'
  | 'upstream'
  | 'databaseUp'
  | 'diskFree'
  | 'snapshotAge';

export type PanelName = BusinessPanel | RevenuePanel | MarginsPanel | CostsPanel | LlmPanel | HealthPanel;

/** The texts of one board's panels. */
export type PanelTexts<Name extends PanelName> = Readonly<Record<Name, PanelText>>;
