import type { Sample } from '../collectors/contract.ts';
import { WHOLE_PROVIDER, type CostSource } from '../contract/providers.ts';
import type { ComponentTokens } from '../llm/usage/tokens-by-component.ts';
import type { EffectiveCost } from './cost-samples.ts';

/** As many as there are providers with costs. */
const MAX_COMPONENTS = 40;
/** An invoice is the whole cost, whichever tokens have a price. */
const WHOLE: ReadonlySet<CostSource> = new Set(['invoice', 'api_invoice']);

/**
 * What the costs of the month leave out, by the ledger's components (the vendors of LLMs); a real 0 where nothing is
 * left out. `tokens` are those of the month, by `day component`. Pure.
 */
export function unpricedSamples(
  tokens: ReadonlyMap<string, ComponentTokens>,
  costs: readonly EffectiveCost[],
): Sample[] {
  const invoiced = new Set(
    costs
      .filter(({ provider, source }) => provider === 'llm' && WHOLE.has(source))
      .map(({ day, component }) => `${day} ${component}`),
  );
  const sums = new Map<string, bigint>();
  for (const [key, { unpriced }] of tokens) {
    const [day = '', component = ''] = key.split(' ');
    const isInvoiced = invoiced.has(key) || invoiced.has(`${day} ${WHOLE_PROVIDER}`);
    sums.set(component, (sums.get(component) ?? 0n) + (isInvoiced ? 0n : unpriced));
  }
  return [...sums]
    .sort(([a, x], [b, y]) => (x === y ? (a < b ? -1 : 1) : x > y ? -1 : 1))
    .slice(0, MAX_COMPONENTS)
    .map(([component, unpriced]) => ({
      name: 'llm_unpriced_tokens_month_to_date',
      labels: { component },
      value: Number(unpriced),
    }));
}
