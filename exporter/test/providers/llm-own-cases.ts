import type { LlmCase } from './llm-cases.ts';

export const OWN_CASES: readonly LlmCase[] = [];
