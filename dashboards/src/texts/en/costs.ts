import type { CostsPanel, PanelTexts } from '../panels.ts';

export const COSTS: PanelTexts<CostsPanel> = {
  costByDay: {
    title: 'Cost by day and provider',
    description: 'What counts in every total, by UTC day, stacked. Today is partial.',
    noData: 'No cost is known in this range.',
  },
  coverage: {
    title: 'Cost sources, $summary',
    description:
      "Shares of the cost of the complete days by the source that is in force: invoices entered, the provider's " +
      'own invoice, its usage figures, a fixed price, an estimate.',
    noData: 'No cost is known.',
  },
  costSources: {
    title: 'Every source, and what of it counts',
    description:
      'For each provider and component what each source says about the range, and the part that counts. A ' +
      'source that does not count gave way to a better one.',
    noData: 'No cost is known in this range.',
  },
  reconciliation: {
    title: 'Invoice against other sources, $months',
    description:
      "For each month what the invoice, the provider's own invoice, its usage, the fixed price and the estimate " +
      'say, and how far the best two are apart (drift). More than 1 % is marked.',
    noData: 'No month with a cost yet.',
  },
  missingInvoices: {
    title: 'Missing invoices, $missing',
    description:
      'Days for which a provider that is known only by invoice has none, at most a month a row. Until it is ' +
      'entered under Billing, an estimate or nothing counts.',
    noData: 'No invoice is missing.',
  },
  mailsWaiting: {
    title: 'Mails that wait',
    description:
      'Mails of the inbox that may hold an invoice and are neither confirmed nor dismissed. None of them counts. Read ' +
      'from Prometheus, which has no figure before the first mail.',
    noData: 'No mail is known.',
  },
  sourcesByDay: {
    title: 'Source of each day',
    description: 'The total of each day, and the source in force for each provider.',
    noData: 'No cost is known in this range.',
  },
  cacheByModel: {
    title: 'Caches of LLM models',
    description:
      'The share of the prompt tokens that the provider read from its cache, what the gateway answered from its own, ' +
      'and what both saved at the prices of each day. The surcharge of cache writes is not subtracted; empty: no price ' +
      'is known.',
    noData: 'No LLM usage in this range.',
  },
};
