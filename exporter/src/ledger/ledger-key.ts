import { WHOLE_PROVIDER } from '../contract/providers.ts';
import { VENDORS } from '../contract/vendors.ts';

/** Their invoice replaces the figure that the LLM collector prices, instead of adding to it. */
const LLM_VENDORS: ReadonlySet<string> = new Set(
  Object.entries(VENDORS).flatMap(([name, { llm }]) => (llm === true ? [name] : [])),
);

export interface LedgerPlace {
  readonly provider: string;
  readonly component: string;
}

/** Where an invoice stands in the ledger: an OpenAI invoice is the component `openai` of the provider `llm`. */
export function ledgerPlace(provider: string, component: string): LedgerPlace {
  if (component === WHOLE_PROVIDER && LLM_VENDORS.has(provider)) return { provider: 'llm', component: provider };
  return { provider, component };
}

/** The providers whose invoices may stand at this provider of the ledger. */
export function invoicedProvidersAt(ledgerProvider: string): string[] {
  return ledgerProvider === 'llm' ? ['llm', ...LLM_VENDORS] : [ledgerProvider];
}
