import type { LlmCase } from './llm-cases.ts';
import { AGENT_CASES } from './llm-own-agent-cases.ts';
import { JOIN_CASES } from './llm-own-join-cases.ts';
import { LITELLM_CASES } from './llm-own-litellm-cases.ts';
import { ODD_CASES } from './llm-own-odd-cases.ts';
import { OTEL_CASES } from './llm-own-otel-cases.ts';
import { PRICE_CASES } from './llm-own-price-cases.ts';
import { READ_CASES } from './llm-own-read-cases.ts';
import { RELABEL_CASES } from './llm-own-relabel-cases.ts';
import { NAME_CASES } from './llm-own-name-cases.ts';
import { SDK_CASES } from './llm-own-sdk-cases.ts';
import { STEP_CASES } from './llm-own-step-cases.ts';
import { UNCOVERED_CASES } from './llm-own-uncovered-cases.ts';

export const OWN_CASES: readonly LlmCase[] = [
  ...LITELLM_CASES,
  ...OTEL_CASES,
  ...PRICE_CASES,
  ...READ_CASES,
  ...RELABEL_CASES,
  ...ODD_CASES,
  ...NAME_CASES,
  ...SDK_CASES,
  ...AGENT_CASES,
  ...JOIN_CASES,
  ...STEP_CASES,
  ...UNCOVERED_CASES,
];
