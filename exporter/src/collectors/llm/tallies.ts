import { targetMatchers } from './targets.ts';
import { askedModelOf, usageKeyOf, type LlmField, type LlmMapping, type UsageKey } from './mapping.ts';
import type { Labels } from './schema.ts';

/** What one process counted of one usage: series that agree on all that identifies it. */
export interface Source {
  user: string;
  provider: string;
  model: string;
  /** The name that the caller asked for, where the labels have one beside the model's own. */
  readonly asked?: string;
  readonly target: string;
  /** The key and the deployment that were called, where the labels say. */
  readonly callee: string;
  /** Series of this counter have no label for a user at all, although others have. */
  readonly lacksUser: boolean;
  readonly amounts: Partial<Record<LlmField, bigint>>;
  partial: boolean;
  /** Tokens whose cost may be a reported one that could not be joined to them: a computed one would be a second. */
  isCoveredElsewhere?: boolean;
}

/** Labels that say which key or deployment was called; LiteLLM's names. */
const CALLEE = ['hashed_api_key', 'api_key_alias', 'model_id', 'api_base'] as const;

export function sourceOf(labels: Labels, mapping: LlmMapping, lacksUser: boolean): Omit<Source, 'amounts' | 'partial'> {
  const key: UsageKey = usageKeyOf(labels, mapping);
  const asked = askedModelOf(labels, mapping);
  return {
    ...key,
    ...(asked === '' || asked === key.model ? {} : { asked }),
    target: targetMatchers(labels),
    callee: CALLEE.map((label) => labels[label] ?? '').join('\n'),
    lacksUser,
  };
}

/** Whether none of a counter's series has the label that other counters name their users by. */
export function lacksUserLabel(series: readonly { readonly labels: Labels }[], mapping: LlmMapping): boolean {
  const [label] = mapping.labels.user;
  return label !== undefined && series.length > 0 && series.every(({ labels }) => labels[label] === undefined);
}
