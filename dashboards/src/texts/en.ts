import { BUSINESS } from './en/business.ts';
import { REVENUE } from './en/revenue.ts';
import { MARGINS } from './en/margins.ts';
import { COSTS } from './en/costs.ts';
import { HEALTH } from './en/health.ts';
import { FIELDS } from './en/fields.ts';
import type { Texts } from './texts.ts';

export const EN: Texts = {
  language: 'en',
  folder: 'Marginboard',
  boards: {
    business: { title: 'Business', description: 'Do we make money, and can the figures be trusted?' },
    revenue: {
      title: 'Revenue',
      description: 'How does MRR move, who stays, and what is billed, paid and taken back?',
    },
    margins: { title: 'Margins', description: 'Margin by day and by customer, forecast and budgets.' },
    costs: {
      title: 'Costs and provenance',
      description: 'What every cost is based on: invoice, provider, fixed price or estimate.',
    },
    health: { title: 'Metrics health', description: 'Are the collectors running, and how old is what they read?' },
  },
  panels: { ...BUSINESS, ...REVENUE, ...MARGINS, ...COSTS, ...HEALTH },
  fields: FIELDS,
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
  completeTo: '6 months to',
  ofWhichInvoiced: 'invoiced',
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
  movementsMarked: 'Largest MRR movements',
  openMonth: 'Look into this month',
  openCustomer: 'Movements of this customer',
  openPlan: 'Movements of this plan',
  inStripe: 'Open in Stripe',
  chosenMonth: 'Month',
  chosenCustomer: 'Customer',
  chosenPlan: 'Plan',
  bridgeSteps: {
    opening: 'Opening',
    new: 'New',
    expansion: 'Expansion',
    reactivation: 'Back again',
    contraction: 'Contraction',
    churn: 'Churn',
    rate_change: 'Rates',
    correction: 'Corrections',
    closing: 'Closing',
  },
  movements: {
    new: 'New',
    expansion: 'Expansion',
    contraction: 'Contraction',
    churn: 'Churn',
    reactivation: 'Back again',
    correction: 'Correction',
  },
  planKinds: { unknown: 'Plan not known', other: 'All other plans' },
};
