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

/** Cases in which it matters how a server answers: how counters are read, under which names and labels. */
export const READING_CASES: readonly LlmCase[] = [
  ...READ_CASES,
  ...RELABEL_CASES,
  ...STEP_CASES,
  ...ODD_CASES,
  ...UNCOVERED_CASES,
];

export const OWN_CASES: readonly LlmCase[] = [
  ...READING_CASES,
  ...AGENT_CASES,
  ...JOIN_CASES,
  ...LITELLM_CASES,
  ...NAME_CASES,
  ...OTEL_CASES,
  ...PRICE_CASES,
  ...SDK_CASES,
];
