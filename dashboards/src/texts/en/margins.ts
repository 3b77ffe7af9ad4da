import type { MarginsPanel, PanelTexts } from '../panels.ts';
import { SEE_HEALTH } from './see-health.ts';

export const MARGINS: PanelTexts<MarginsPanel> = {
  marginPeriod: {
    title: 'Margin, $complete',
    description:
      'Totals of the complete days, as on Business: revenue, costs, and what is left after payment fees too.',
    noData: SEE_HEALTH,
  },
  marginByDay: {
    title: 'Revenue, cost and margin by day',
    description:
      'Recognised revenue, total cost (LLM + infrastructure + payment fees) and margin of each day. The margin ' +
      'ends with the last complete day.',
    noData: SEE_HEALTH,
  },
  marginByCustomer: {
    title: 'Margin by customer, $days',
    description:
      'Recognised revenue − LLM cost of the users that belong to each Stripe customer. Rows without a customer ' +
      'hold what no link explains, so that the columns add up. Not counted: infrastructure and fees, which ' +
      'belong to nobody.',
    noData: 'No revenue and no LLM cost in these days.',
  },
  forecast: {
    title: 'Forecast and budget of this month',
    description:
      'Month to date, run rate, forecast (month to date + remaining days × median of the last 7 complete days), ' +
      'budget, and the day on which the budget is passed.',
    noData: 'No cost is known this month.',
  },
  forecastVsBudget: {
    title: 'Forecast vs budget',
    description: 'Forecast of the running month beside its budget, by provider. No bar: no budget was set.',
    noData: 'No cost is known this month.',
  },
  mrr: {
    title: 'MRR',
    description:
      'Monthly recurring revenue at the end of each day, of the subscriptions that are live; a day that was not read is ' +
      'a gap. Not counted: one-off payments.',
    noData: SEE_HEALTH,
  },
};
