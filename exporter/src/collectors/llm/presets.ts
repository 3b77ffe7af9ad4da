import { parseLlmMapping } from '../../settings/llm-mapping.ts';
import type { Settings } from '../../settings/schema.ts';
import type { LlmMapping } from './mapping.ts';

/** Custom counters, as docs/providers/llm.md describes them. */
const own: LlmMapping = {
  series: [
    { fields: ['input'], metric: 'llm_tokens_total', matchers: ['token_type="prompt"'] },
    { fields: ['output'], metric: 'llm_tokens_total', matchers: ['token_type="completion"'] },
    { fields: ['cacheRead'], metric: 'llm_tokens_total', matchers: ['token_type="cache_read"'] },
    { fields: ['cacheWrite'], metric: 'llm_tokens_total', matchers: ['token_type="cache_write"'] },
    { fields: ['cacheWrite1h'], metric: 'llm_tokens_total', matchers: ['token_type="cache_write_1h"'] },
    { fields: ['audioInput'], metric: 'llm_tokens_total', matchers: ['token_type="prompt_audio"'] },
    { fields: ['audioOutput'], metric: 'llm_tokens_total', matchers: ['token_type="completion_audio"'] },
    { fields: ['cost'], metric: 'llm_cost_usd_total' },
    { fields: ['requests'], metric: 'llm_requests_total', matchers: ['status!="error"'] },
    { fields: ['requests', 'errors'], metric: 'llm_requests_total', matchers: ['status="error"'] },
  ],
  labels: { user: ['user_id'], provider: ['provider'], model: ['model'] },
  inputIncludes: 'reads',
  zeroCostIsUnknown: false,
};

/** A LiteLLM proxy with `callbacks: [prometheus]`; its `_created` series have names of their own and never match. */
const litellm: LlmMapping = {
  series: [
    // The other names are those of older versions, such as 1.65.
    { fields: ['input'], metric: 'litellm_input_tokens_metric_total', alsoNamed: 'litellm_input_tokens_total' },
    { fields: ['output'], metric: 'litellm_output_tokens_metric_total', alsoNamed: 'litellm_output_tokens_total' },
    { fields: ['cacheRead'], metric: 'litellm_input_cached_tokens_metric_total' },
    { fields: ['cacheWrite'], metric: 'litellm_input_cache_creation_tokens_metric_total' },
    { fields: ['audioInput'], metric: 'litellm_input_audio_tokens_metric_total' },
    { fields: ['audioOutput'], metric: 'litellm_output_audio_tokens_metric_total' },
    { fields: ['gatewayCache'], metric: 'litellm_cached_tokens_metric_total' },
    { fields: ['cost'], metric: 'litellm_spend_metric_total' },
    // Counts successes only; failures have a counter of their own, by the name that the caller asked for.
    { fields: ['requests'], metric: 'litellm_requests_metric_total' },
    { fields: ['requests', 'errors'], metric: 'litellm_proxy_failed_requests_metric_total' },
  ],
  labels: {
    user: ['end_user', 'user', 'api_key_alias'],
    provider: ['api_provider', 'custom_llm_provider'],
    model: ['model', 'requested_model'],
  },
  inputIncludes: 'cache',
  zeroCostIsUnknown: true,
};

/**
 * OpenTelemetry's GenAI metrics as they arrive in Prometheus: OpenLLMetry's unit becomes a part of the name, gateways
 * put their own name before it. Micrometer (Spring AI, Camel) counts tokens in a counter instead of a histogram, and
 * names its timer without `duration`.
 */
const TOKENS = {
  metric: 'gen_ai_client_token_usage_sum',
  alsoNamed: 'gen_ai_client_token_usage(_tokens?)?_(sum|total)',
  elseNamed: '.+_gen_ai_client_token_usage(_tokens?)?_(sum|total)',
};
const OPERATIONS = {
  metric: 'gen_ai_client_operation_duration_seconds_count',
  alsoNamed: 'gen_ai_client_operation(_duration)?(_s|_seconds|_milliseconds)?_count',
  elseNamed: '(.+_)?gen_ai_(client_operation|server_request)(_duration)?(_s|_seconds|_milliseconds)?_count',
};
/** Running a tool or creating an agent asks no model. */
const CALLS = 'gen_ai_operation_name!~"execute_tool|create_agent"';

const otelGenAi: LlmMapping = {
  series: [
    { fields: ['input'], ...TOKENS, matchers: ['gen_ai_token_type=~"input|prompt|input_tokens|prompt_tokens"'] },
    {
      fields: ['output'],
      ...TOKENS,
      matchers: ['gen_ai_token_type=~"output|completion|output_tokens|completion_tokens"'],
    },
    {
      fields: ['cacheRead'],
      ...TOKENS,
      matchers: ['gen_ai_token_type=~"(?i).*cache.*"', 'gen_ai_token_type!~"(?i).*(creation|write|miss).*"'],
    },
    { fields: ['cacheWrite'], ...TOKENS, matchers: ['gen_ai_token_type=~"(?i).*cache_?(creation|write).*"'] },
    { fields: ['requests'], ...OPERATIONS, matchers: [CALLS] },
    { fields: ['errors'], ...OPERATIONS, matchers: [CALLS, 'error_type!=""'] },
    // Micrometer names the exception in another label, and says `none` where there was not any.
    { fields: ['errors'], ...OPERATIONS, matchers: [CALLS, 'error_type=""', 'error!~"none|"'], isRare: true },
  ],
  labels: {
    user: ['user_id', 'enduser_id'],
    provider: ['gen_ai_provider_name', 'gen_ai_system'],
    model: ['gen_ai_response_model', 'gen_ai_request_model'],
  },
  inputIncludes: 'cache',
  zeroCostIsUnknown: false,
};

/** A vLLM server: no users, and no list price; give its models a contract price. */
const vllm: LlmMapping = {
  series: [
    { fields: ['input'], metric: 'vllm:prompt_tokens_total' },
    { fields: ['output'], metric: 'vllm:generation_tokens_total' },
    { fields: ['requests'], metric: 'vllm:request_success_total', matchers: ['finished_reason!="error"'] },
    { fields: ['requests', 'errors'], metric: 'vllm:request_success_total', matchers: ['finished_reason="error"'] },
  ],
  labels: { user: ['user_id'], provider: [], model: ['model_name'] },
  inputIncludes: 'cache',
  zeroCostIsUnknown: false,
  provider: 'vllm',
};

export const PRESETS: Readonly<Record<Settings['LLM_PRESET'], LlmMapping>> = {
  default: own,
  litellm,
  'otel-genai': otelGenAi,
  vllm,
};

/** The mapping that the settings name: one's own, else that of the preset. */
export function mappingOf(settings: {
  readonly LLM_PRESET: Settings['LLM_PRESET'];
  readonly LLM_MAPPING?: Settings['LLM_MAPPING'];
}): LlmMapping {
  if (settings.LLM_MAPPING === undefined) return PRESETS[settings.LLM_PRESET];
  const result = parseLlmMapping(settings.LLM_MAPPING);
  // The settings were checked at the start.
  if ('problem' in result) throw new Error(`LLM_MAPPING: ${result.problem}`);
  return result.mapping;
}
