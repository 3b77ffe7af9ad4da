import type { LlmRow } from '../src/collectors/llm/data.ts';

/** A row of usage with one request of ada's that used nothing, apart from what is given. */
export function llmRow(given: Partial<LlmRow> & Pick<LlmRow, 'provider' | 'model'>): LlmRow {
  return {
    user: 'ada',
    prompt: 0,
    completion: 0,
    cacheRead: 0,
    cacheWrite: 0,
    requests: 1,
    errors: 0,
    reported: undefined,
    computed: undefined,
    partial: false,
    ...given,
  };
}
