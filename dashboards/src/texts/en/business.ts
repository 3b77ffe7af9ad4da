import { INFRASTRUCTURE } from '../provider-texts.ts';
import type { BusinessPanel, PanelTexts } from '../panels.ts';
import { SEE_HEALTH } from './see-health.ts';

export const BUSINESS: PanelTexts<BusinessPanel> = {
  revenue: {
    title: 'Revenue',
    description:
      'Recognised revenue (Stripe) up to the last complete day, in USD and without tax: of the running month and the ' +
      'five before, or of the chosen days. Not counted: money received for days still to come.',
    noData: 'No revenue is known: set STRIPE_SECRET_KEY (npm run doctor says what is wrong).',
  },
  llmCosts: {
    title: 'LLM costs',
    description:
      'Cost of LLM usage over the same days, from token counters and dated prices, or from invoices where they ' +
      'were entered. Not counted: tokens without a known price.',
    noData: 'No LLM cost is known: set PROMETHEUS_URL, or enter an invoice under Billing.',
  },
  infrastructureCosts: {
    title: 'Infrastructure',
    description:
      `${INFRASTRUCTURE} and every other vendor over the same days: the invoice where ` +
      'there is one, else the best other source. Not counted: LLM usage and payment fees.',
    noData: 'No infrastructure cost is known: configure a provider, or enter an invoice under Billing.',
  },
  netMargin: {
    title: 'Net margin',
    description:
      'Revenue − LLM − infrastructure − payment fees, over exactly the same days. Green above 0, red below. ' +
      'Empty while one of them is not known. Not counted: salaries, taxes and anything without an invoice here.',
    noData: 'The margin needs revenue and costs: one of them is not known yet.',
  },
  revenueTrend: {
    title: 'Revenue, $trend',
    description:
      'Total of the complete days, and its change against as many days before. The curve shows how that ' +
      'total moved.',
    noData: SEE_HEALTH,
  },
  llmCostsTrend: {
    title: 'LLM, $trend',
    description: 'Total of the complete days, and its change against as many days before (more is red).',
    noData: SEE_HEALTH,
  },
  infrastructureCostsTrend: {
    title: 'Infra, $trend',
    description: 'Total of the complete days without LLM, and its change against as many days before (more is red).',
    noData: SEE_HEALTH,
  },
  netMarginTrend: {
    title: 'Margin, $trend',
    description: 'Total of the complete days, and its change against as many days before.',
    noData: SEE_HEALTH,
  },
  revenueVsCosts: {
    title: 'Revenue vs costs, $days',
    description:
      'Area (right axis): monthly recurring revenue. Lines (left axis): total cost and margin of each day; cost ' +
      '= LLM + infrastructure + payment fees. The margin ends with the last day that is complete for every ' +
      'source; today is partial.',
    noData: SEE_HEALTH,
  },
  topUsers: {
    title: 'Top 20 users by LLM cost, $days',
    description:
      'The users whose LLM usage cost most in these days, by e-mail (or user-… where Supabase does not ' +
      'know one). Not counted: tokens without a known price.',
    noData: 'No LLM usage with a price in these days.',
  },
  tokenEfficiency: {
    title: 'Token efficiency by model, $days',
    description: 'Prompt tokens (cached ones included) and completion tokens side by side, by model.',
    noData: 'No LLM usage in these days: PROMETHEUS_URL is not set, or its counters are empty.',
  },
  tokenRatio: {
    title: 'Tokens out per token in',
    description: 'By model, with the cost of a thousand tokens. Empty costs: the model has no known price.',
    noData: 'No LLM usage in these days.',
  },
  averageRatio: {
    title: 'Avg. ratio',
    description: 'Completion tokens for each prompt token over all models of these days, weighted by tokens.',
    noData: 'No LLM usage in these days.',
  },
  errorRate: {
    title: '$llm_provider',
    description:
      'Requests of these days: all, successful, failed, and the share that failed. Not counted: requests ' +
      'that never reached the gateway.',
    noData: 'No requests in these days.',
  },
  infrastructureWeek: {
    title: 'Infrastructure cost, $week',
    description:
      'Cost of each UTC day by provider, stacked; today is partial. Invoices are spread over the ' +
      'days of their period.',
    noData: 'No cost is known for these days.',
  },
  llmByMonth: {
    title: 'LLM cost by month, $months',
    description:
      'Closed UTC months as a line; the running month is a single point, since it is partial. Not counted: ' +
      'tokens without a known price.',
    noData: 'No LLM cost is known in these months.',
  },
  lastSync: {
    title: 'Last synchronisation',
    description:
      'When the collectors last ran to their end, how long ago that is, and how it ended. Partial: at least one ' +
      'collector failed.',
    noData: 'No synchronisation yet: the first one runs at the scheduled time, or with npm run sync.',
  },
};
