import { nameList } from '../../llm/name-list.ts';
import type { Finding, CollectContext } from '../contract.ts';
import { CollectorError } from '../errors.ts';
import type { PrometheusClient } from './client.ts';
import { namePatternOf } from './metric-names.ts';
import type { LlmMapping } from './mapping.ts';
import { PRESETS } from './presets.ts';

const LIKELY = '(?i).*(token|gen_?ai|llm).*';
const MAX_NAMES = 8;
const DAY_MS = 86_400_000;

/** Counters in Prometheus that the mapping does not read, although their names look like LLM usage. */
export async function nearMisses(
  client: PrometheusClient,
  context: CollectContext,
  mapping: LlmMapping,
): Promise<Finding[]> {
  const to = context.now.getTime();
  const selector = `{__name__=~${JSON.stringify(LIKELY)}}`;
  const names = await client.labelValues(context, '__name__', [selector], to - DAY_MS, to).catch(cannotList);
  const isRead = (name: string, by: LlmMapping): boolean => by.series.some((one) => namePatternOf(one).test(name));
  // Buckets and times of creation are parts of the counters beside them.
  const others = names.filter((name) => !isRead(name, mapping) && !/_(bucket|created)$/.test(name));
  if (others.length === 0) return [];
  const preset = Object.entries(PRESETS).find(([, one]) => others.some((name) => isRead(name, one)))?.[0];
  const shown = nameList(others, MAX_NAMES);
  return [
    {
      check: 'other counters',
      ok: 'warning',
      message: `Prometheus has counters with similar names: ${shown}`,
      remedy:
        preset === undefined
          ? 'Describe them in a file and set LLM_MAPPING_FILE to its path (docs/providers/llm.md).'
          : `Set LLM_PRESET=${preset}, which reads such counters.`,
    },
  ];
}

/** The list is a help, not a part of the diagnosis. */
function cannotList(error: unknown): string[] {
  if (error instanceof CollectorError) return [];
  throw error;
}
