import { providerOfName } from '../../money/llm-names.ts';
import type { CounterSeries } from './counters.ts';
import { processOf } from './instrumentation.ts';
import { usageKeyOf, type LlmMapping } from './mapping.ts';
import { totalOf } from './replicas.ts';

const OPERATION = 'gen_ai_operation_name';
/** Operations whose tokens are those of the calls inside them. */
const OF_AGENTS: ReadonlySet<string> = new Set(['invoke_agent', 'invoke_workflow']);

/**
 * Series of agents that count the calls of their process once more. Where a process counts calls of the same user too,
 * the calls are what was used. An agent that runs at a provider which none of the calls went to is not among them.
 */
export function agentsBesideCalls(all: readonly CounterSeries[], mapping: LlmMapping): CounterSeries[] {
  const isAgent = ({ labels }: CounterSeries): boolean => OF_AGENTS.has(labels[OPERATION] ?? '');
  if (!all.some(isAgent)) return [];
  const providerOf = ({ labels }: CounterSeries): ReturnType<typeof providerOfName> =>
    providerOfName(usageKeyOf(labels, mapping).provider);
  const groups = Map.groupBy(all, ({ labels }) => `${processOf(labels)}\n${usageKeyOf(labels, mapping).user}`);
  return [...groups.values()].flatMap((members) => {
    const calls = members.filter((series) => !isAgent(series) && totalOf(series) > 0n);
    if (calls.length === 0) return [];
    const called = new Set(calls.map(providerOf).flatMap((named) => (typeof named === 'object' ? named.id : [])));
    return members.filter((series) => {
      if (!isAgent(series)) return false;
      const provider = providerOf(series);
      return typeof provider !== 'object' || called.has(provider.id);
    });
  });
}

/** How a message names what is left out. */
export function agentsName(metric: string): string {
  return `${metric}{${OPERATION}=~"${[...OF_AGENTS].join('|')}"}`;
}
