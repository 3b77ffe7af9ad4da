import type { Texts } from './texts.ts';

const SEE_HEALTH = 'Nothing to show yet: the board "Metrics health" says for each collector what is missing.';

export const EN: Texts = {
  language: 'en',
  folder: 'Marginboard',
  boards: {
    business: { title: 'Business', description: 'Do we make money, and can the figures be trusted?' },
    margins: { title: 'Margins', description: 'Margin by day and by customer, forecast and budgets.' },
    costs: {
      title: 'Costs and provenance',
      description: 'What every cost is based on: invoice, provider, fixed price or estimate.',
    },
    health: { title: 'Metrics health', description: 'Are the collectors running, and how old is what they read?' },
  },
  panels: {
    revenue: {
      title: 'Revenue',
      description:
        'Recognised revenue (Stripe) of the running month and the five before, up to the last complete day, in USD and without tax. Not counted: money received for days still to come.',
      noData: 'No revenue is known: set STRIPE_SECRET_KEY (npm run doctor says what is wrong).',
    },
    llmCosts: {
      title: 'LLM costs',
      description:
        'Cost of LLM usage over the same days, from token counters and dated prices, or from invoices where they were entered. Not counted: tokens without a known price.',
      noData: 'No LLM cost is known: set PROMETHEUS_URL, or enter an invoice under Billing.',
    },
    infrastructureCosts: {
      title: 'Infrastructure',
      description:
        'DigitalOcean, Weaviate, Supabase, Twilio and every other vendor over the same days: the invoice where there is one, else the best other source. Not counted: LLM usage and payment fees.',
      noData: 'No infrastructure cost is known: configure a provider, or enter an invoice under Billing.',
    },
    netMargin: {
      title: 'Net margin',
      description:
        'Revenue − LLM − infrastructure − payment fees, over exactly the same days. Green above 0, red below. Empty while one of them is not known. Not counted: salaries, taxes and anything without an invoice here.',
      noData: 'The margin needs revenue and costs: one of them is not known yet.',
    },
    revenueTrend: {
      title: 'Revenue, 30 d',
      description:
        'Total of the last 30 complete days, and its change against the 30 days before. The curve shows how that total moved.',
      noData: SEE_HEALTH,
    },
    llmCostsTrend: {
      title: 'LLM, 30 d',
      description: 'Total of the last 30 complete days, and its change against the 30 days before (more is red).',
      noData: SEE_HEALTH,
    },
    infrastructureCostsTrend: {
      title: 'Infra, 30 d',
      description:
        'Total of the last 30 complete days without LLM, and its change against the 30 days before (more is red).',
      noData: SEE_HEALTH,
    },
    netMarginTrend: {
      title: 'Margin, 30 d',
      description: 'Total of the last 30 complete days, and its change against the 30 days before.',
      noData: SEE_HEALTH,
    },
    revenueVsCosts: {
      title: 'Revenue vs costs, 30 days',
      description:
        'Area (right axis): monthly recurring revenue. Lines (left axis): total cost and margin of each day; cost = LLM + infrastructure + payment fees. The margin ends with the last day that is complete for every source; today is partial.',
      noData: SEE_HEALTH,
    },
    topUsers: {
      title: 'Top 20 users by LLM cost, 30 days',
      description:
        'The users whose LLM usage cost most in the last 30 days, by e-mail (or user-… where Supabase does not know one). Not counted: tokens without a known price.',
      noData: 'No LLM usage with a price in these 30 days.',
    },
    tokenEfficiency: {
      title: 'Token efficiency by model, 30 days',
      description: 'Prompt tokens (cached ones included) and completion tokens side by side, by model.',
      noData: 'No LLM usage in these 30 days: PROMETHEUS_URL is not set, or its counters are empty.',
    },
    tokenRatio: {
      title: 'Tokens out per token in',
      description: 'By model, with the cost of a thousand tokens. Empty costs: the model has no known price.',
      noData: 'No LLM usage in these 30 days.',
    },
    averageRatio: {
      title: 'Avg. ratio',
      description: 'Completion tokens for each prompt token over all models of the last 30 days, weighted by tokens.',
      noData: 'No LLM usage in these 30 days.',
    },
    errorRate: {
      title: '$llm_provider',
      description:
        'Requests of the last 30 days: all, successful, failed, and the share that failed. Not counted: requests that never reached the gateway.',
      noData: 'No requests in these 30 days.',
    },
    infrastructureWeek: {
      title: 'Infrastructure cost, 7 days',
      description:
        'Cost of each of the last 7 UTC days by provider, stacked; today is partial. Invoices are spread over the days of their period.',
      noData: 'No cost is known for these 7 days.',
    },
    llmByMonth: {
      title: 'LLM cost by month, 6 months',
      description:
        'Closed UTC months as a line; the running month is a single point, since it is partial. Not counted: tokens without a known price.',
      noData: 'No LLM cost is known in these months.',
    },
    lastSync: {
      title: 'Last synchronisation',
      description:
        'When the collectors last ran to their end, how long ago that is, and how it ended. Partial: at least one collector failed.',
      noData: 'No synchronisation yet: the first one runs at the scheduled time, or with npm run sync.',
    },
    marginPeriod: {
      title: 'Margin of the last 30 days',
      description:
        'Totals of the last 30 complete days, as on Business: revenue, costs, and what is left after payment fees too.',
      noData: SEE_HEALTH,
    },
    marginByDay: {
      title: 'Revenue, cost and margin by day',
      description:
        'Recognised revenue, total cost (LLM + infrastructure + payment fees) and margin of each day. The margin ends with the last complete day.',
      noData: SEE_HEALTH,
    },
    marginByCustomer: {
      title: 'Margin by customer, 30 days',
      description:
        'Recognised revenue − LLM cost of the users that belong to each Stripe customer. Rows without a customer hold what no link explains, so that the columns add up. Not counted: infrastructure and fees, which belong to nobody.',
      noData: 'No revenue and no LLM cost in these 30 days.',
    },
    forecast: {
      title: 'Forecast and budget of this month',
      description:
        'Month to date, run rate, forecast (month to date + remaining days × median of the last 7 complete days), budget, and the day on which the budget is passed.',
      noData: 'No cost is known this month.',
    },
    forecastVsBudget: {
      title: 'Forecast against budget',
      description: 'Forecast of the running month beside its budget, by provider. No bar: no budget was set.',
      noData: 'No cost is known this month.',
    },
    costByDay: {
      title: 'Cost by day and provider',
      description: 'What counts in every total, by UTC day, stacked. Today is partial.',
      noData: 'No cost is known in this range.',
    },
    coverage: {
      title: 'Where the cost comes from',
      description:
        "Shares of the cost of the last 6 months by the source that is in force: invoices entered, the provider's own invoice, its usage figures, a fixed price, an estimate.",
      noData: 'No cost is known.',
    },
    costSources: {
      title: 'Every source, and what of it counts',
      description:
        'For each provider and component what each source says about the range, and the part that counts. A source that does not count gave way to a better one.',
      noData: 'No cost is known in this range.',
    },
    reconciliation: {
      title: 'Invoice against the other sources',
      description:
        "For each month what the invoice, the provider's own invoice, its usage, the fixed price and the estimate say, and how far the best two are apart (drift). More than 1 % is marked.",
      noData: 'No month with a cost yet.',
    },
    missingInvoices: {
      title: 'Missing invoices',
      description:
        'Closed months for which a provider that is known only by invoice has none. Until it is entered under Billing, an estimate or nothing counts.',
      noData: 'No invoice is missing.',
    },
    sourcesByDay: {
      title: 'Source of each day',
      description: 'The total of each day, and the source in force for each provider.',
      noData: 'No cost is known in this range.',
    },
    collectors: {
      title: 'Collectors',
      description:
        'For each collector its last outcome with the reason, the last complete day that it stored, and what is still to be configured.',
      noData: 'The exporter knows no collector: is the data source connected?',
    },
    lastRuns: {
      title: 'Last runs',
      description:
        'The last run of each collector: when it ended, which attempt it was, how long it took, and its upstream requests, retries included; then its last success and the next run.',
      noData: 'Nothing has run yet: the first run is at the scheduled time, or with npm run sync.',
    },
    syncLog: {
      title: 'Synchronisation log',
      description: 'Every run in the range, newest first: outcome, reason, attempt, duration, upstream requests.',
      noData: 'No run in this range.',
    },
    alerts: {
      title: 'Alerts that fire',
      description: "Marginboard's alerts in Prometheus that fire or are pending now.",
      noData: 'No alert fires.',
    },
    outcomes: {
      title: 'Last outcome',
      description: "Outcome of each collector's last run, from /metrics. Absent before the first run.",
      noData: 'No run yet, or Prometheus does not scrape the exporter.',
    },
    dataAge: {
      title: 'Age of the data',
      description:
        'Time since the end of the last UTC day that each collector stored completely. DataStale fires above 36 hours.',
      noData: 'No data yet, or Prometheus does not scrape the exporter.',
    },
    runAge: {
      title: 'Age of last run',
      description:
        'Time since each collector last ran, whatever came of it. A young run beside old data means that it runs and fails.',
      noData: 'Nothing has run yet, or Prometheus does not scrape the exporter.',
    },
    durations: {
      title: 'Duration of the last run',
      description: 'How long the last run of each collector took.',
      noData: 'No run yet, or Prometheus does not scrape the exporter.',
    },
    failures: {
      title: 'Failed runs, 24 hours',
      description: 'Failed runs of the last 24 hours by collector and kind.',
      noData: 'No run failed, or Prometheus does not scrape the exporter.',
    },
    upstream: {
      title: 'Requests to providers',
      description: 'Requests per hour to each provider, retries included.',
      noData: 'No request yet, or Prometheus does not scrape the exporter.',
    },
    databaseUp: {
      title: 'Database',
      description: "Whether the exporter's database answered when it was last asked.",
      noData: 'Unknown: Prometheus does not scrape the exporter.',
    },
    snapshotAge: {
      title: 'Age of the figures',
      description: 'Time since the business figures on /metrics were read from the database.',
      noData: 'Unknown: Prometheus does not scrape the exporter.',
    },
  },
  fields: {
    revenueUsd: 'Revenue',
    llmCostUsd: 'LLM',
    infrastructureCostUsd: 'Infrastructure',
    paymentFeesUsd: 'Payment fees',
    netMarginUsd: 'Net margin',
    netMarginRatio: 'Margin ratio',
    mrrUsd: 'MRR',
    costUsd: 'Cost',
    marginUsd: 'Margin',
    marginRatio: 'Margin ratio',
    email: 'User',
    model: 'Model',
    provider: 'Provider',
    promptTokens: 'Prompt tokens',
    completionTokens: 'Completion tokens',
    completionRatio: 'Ratio',
    costPerThousandTokensUsd: 'USD / 1k',
    requests: 'Requests',
    successes: 'Successes',
    errors: 'Errors',
    errorRate: 'Error rate',
    llmUsd: 'LLM',
    digitalOceanUsd: 'DigitalOcean',
    weaviateUsd: 'Weaviate',
    supabaseUsd: 'Supabase',
    twilioUsd: 'Twilio',
    otherUsd: 'Other',
    totalUsd: 'Total',
    day: 'Day',
    month: 'Month',
    kind: 'Kind',
    customer: 'Customer',
    users: 'Users',
    unpricedTokens: 'Unpriced tokens',
    monthToDateUsd: 'Month to date',
    runRateMonthUsd: 'Run rate',
    forecastMonthUsd: 'Forecast',
    budgetMonthUsd: 'Budget',
    budgetPassedOn: 'Budget passed on',
    component: 'Component',
    source: 'Source',
    days: 'Days',
    inForce: 'In force',
    countedUsd: 'Counts',
    sources: 'Sources',
    coverageInvoice: 'Invoices entered',
    coverageApiInvoice: "Provider's invoice",
    coverageApiUsage: "Provider's usage",
    coverageFixed: 'Fixed price',
    coverageEstimate: 'Estimate',
    collector: 'Collector',
    enabled: 'On',
    settingsMessage: 'To do',
    outcome: 'Outcome',
    reason: 'Reason',
    message: 'Message',
    attempt: 'Attempt',
    startedAt: 'Started',
    durationMs: 'Duration',
    finishedAt: 'Last run',
    lastSuccessAt: 'Last success',
    dataDay: 'Data up to',
    nextRunAt: 'Next run',
    upstreamRequests: 'Requests',
    rowsWritten: 'Rows',
    warnings: 'Warnings',
    lastSyncFinishedAt: 'Finished',
    lastSyncOutcome: 'Outcome',
    invoiceUsd: 'Invoice',
    providerInvoiceUsd: 'API invoice',
    usageUsd: 'Usage',
    fixedUsd: 'Fixed price',
    estimateUsd: 'Estimate',
    driftUsd: 'Drift',
    driftRatio: 'Drift %',
    drifts: 'Marked',
  },
  outcomes: { succeeded: 'Succeeded', partial: 'Partial', failed: 'Failed', skipped: 'Skipped' },
  sources: {
    invoice: 'Invoice',
    api_invoice: 'API invoice',
    api_usage: 'API usage',
    fixed: 'Fixed price',
    estimate: 'Estimate',
    mixed: 'Mixed',
  },
  customerKinds: {
    customer: 'Customer',
    other_customers: 'All other customers',
    unmatched_revenue: 'Revenue without a user',
    unmatched_cost: 'Cost without a customer',
  },
  alertFields: { alert: 'Alert', state: 'State', severity: 'Severity' },
  alertStates: { firing: 'Firing', pending: 'Pending' },
  severities: { critical: 'Critical', warning: 'Warning' },
  yes: 'Yes',
  no: 'No',
  all: 'All',
  other: 'Other',
  completeTo: '6 months to',
  ofWhichInvoiced: 'invoiced',
  vsBefore: 'against the 30 days before',
  closedMonths: 'Closed months',
  runningMonth: 'Running month (partial)',
  axisPerDay: 'USD a day',
  axisMrr: 'MRR, USD a month',
  age: 'Age',
  billing: 'Billing',
  llmProvider: 'LLM provider',
  invoicesMarked: 'Invoices',
  pricesMarked: 'Contract prices',
  failedSyncsMarked: 'Failed syncs',
};
