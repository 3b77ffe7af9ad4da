import type { LlmPanel, PanelTexts } from '../panels.ts';

const NOTHING = 'No LLM usage of what is chosen in this range.';

export const LLM: PanelTexts<LlmPanel> = {
  usageByMonth: {
    title: 'LLM cost by month, $months',
    description:
      'Cost of the chosen usage by UTC month; the running one is partial. Not counted: tokens without a known price.',
    noData: NOTHING,
  },
  usageByProvider: {
    title: 'Requests by provider',
    description: 'Requests of the chosen usage, and how many of them failed, by the provider of the model.',
    noData: NOTHING,
  },
  usageByModel: {
    title: 'Usage by model',
    description:
      'Tokens and cost of the chosen usage by model. Click a model to see it alone. Empty cost: the model has no known ' +
      'price.',
    noData: NOTHING,
  },
  usageByUser: {
    title: 'Usage by user',
    description:
      'The 100 users whose chosen usage cost most. Click a user to see it alone. Unpriced tokens are not in the cost. ' +
      'Tokens of the role figures see stand-ins.',
    noData: NOTHING,
  },
};
