import type { PanelTexts, RevenuePanel } from '../panels.ts';
import { SEE_HEALTH } from './see-health.ts';

const NO_HISTORY = 'No day of MRR is known yet: MRR is recorded from the first run of the Stripe collector on.';

export const REVENUE: PanelTexts<RevenuePanel> = {
  revenueNow: {
    title: 'Where revenue stands',
    description:
      'MRR and customers with MRR on the newest known day of the range; new + expansion + back again − contraction − churn ' +
      'of the running month; MRR / customers (ARPU). Of the last closed month: customers who left / customers at its ' +
      'start, and what the customers of 12 months before paid at its end / what they paid then (NRR). “–”: not known, ' +
      'NRR before there are 12 months of history.',
    noData: SEE_HEALTH,
  },
  movementsByMonth: {
    title: 'MRR movements by month',
    description:
      'What moved MRR in each month. Click a month to look into it below. Exchange rates have a line of their own ' +
      'and never look like a customer. The running month is partial. Plan and customer above filter it.',
    noData: NO_HISTORY,
  },
  mrrBridge: {
    title: 'Why MRR moved: $month',
    description:
      'From MRR at the start of the chosen month to its end, step by step. Opening + steps = closing, to the cent. The ' +
      'axis does not begin at 0. ' +
      'Choose the month at the top, or click it on the left.',
    noData: NO_HISTORY,
  },
  largestMovements: {
    title: 'Largest movements: $month',
    description:
      'The single customers that moved MRR most in the chosen month, all their subscriptions together, with the ' +
      'plans that they left and took. Click a customer for its history. Tokens of the role figures see stand-ins.',
    noData: 'No customer moved MRR in this month.',
  },
  mrrByPlan: {
    title: 'MRR by plan: $month',
    description:
      'MRR and customers of each plan at the end of the chosen month, and what changed since its start. ' +
      'Click a plan to filter the movements by it.',
    noData: NO_HISTORY,
  },
  mrrByDay: {
    title: 'MRR by day',
    description:
      'MRR at the end of each day; a day that was not read is a gap, never 0. The marks are the largest movements of ' +
      'single customers. Plan and customer above filter it: this is the way down to one customer.',
    noData: NO_HISTORY,
  },
  mrrAtRisk: {
    title: 'At risk, on trial, paused',
    description:
      'At risk: the part of MRR that is past due, inside MRR. On trial and paused: what these subscriptions would ' +
      'bring a month, outside MRR.',
    noData: SEE_HEALTH,
  },
  churnByMonth: {
    title: 'Churn by month',
    description:
      'Customers: those who left / customers at the start. Gross: churn + contraction, net: less ' +
      'expansion and those back again, both / MRR at the start; net below 0 is growth without new customers. The running month is partial.',
    noData: NO_HISTORY,
  },
  retentionByMonth: {
    title: 'Revenue retention, 12 months',
    description:
      'What the customers of 12 months before paid at the end of each month / what they paid then. Gross: ' +
      'nobody counts with more than then. Empty until there are 12 months.',
    noData: 'Needs 12 months of MRR history.',
  },
  cohortMrr: {
    title: 'MRR kept by cohort, $cohorts',
    description:
      'Rows: the month in which customers began. Columns: months since. Their MRR now / with which they began, at ' +
      'the rates of then; over 100 % where they grew.',
    noData: NO_HISTORY,
  },
  cohortCustomers: {
    title: 'Customers kept by cohort, $cohorts',
    description:
      'Rows: the month in which customers began. Columns: months since. The share of them that has MRR at the end ' +
      'of that month.',
    noData: NO_HISTORY,
  },
  billedAndCash: {
    title: 'Billed, recognised and cash by month',
    description:
      'Billed: finalised invoices without tax. Recognised: what was earned, spread over the days of each invoice ' +
      'line. Cash: charges − refunds − disputes, with tax. The running month is partial; a month with an unknown ' +
      'day is empty.',
    noData: SEE_HEALTH,
  },
  takenBack: {
    title: 'Taken back by month',
    description:
      'Credit notes and bad debt without tax; refunds and disputes as they left the balance, disputes less those ' +
      'that were won. A refund with a credit note is in both.',
    noData: SEE_HEALTH,
  },
  deferredRevenue: {
    title: 'Deferred revenue',
    description: 'Invoiced and not yet earned at the end of each day, without tax: what is still owed in service.',
    noData: SEE_HEALTH,
  },
  mrrByCurrency: {
    title: 'MRR by currency, $currencies',
    description:
      'MRR as it is billed, and in USD at the rate of the day. Without a rate it is not part of MRR in USD: store ' +
      'one under rates.',
    noData: SEE_HEALTH,
  },
};
