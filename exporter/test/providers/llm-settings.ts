import type { PrometheusSettings } from '../../src/collectors/llm/client.ts';

/** Settings of the LLM collector for a Prometheus server that asks for no credentials. */
export function llmSettings(
  PROMETHEUS_URL: string | undefined,
  overrides: Partial<PrometheusSettings> = {},
): PrometheusSettings {
  return {
    PROMETHEUS_URL,
    LLM_PRESET: 'default',
    PROMETHEUS_BEARER_TOKEN: undefined,
    PROMETHEUS_USERNAME: undefined,
    PROMETHEUS_PASSWORD: undefined,
    PROMETHEUS_ORG_ID: undefined,
    ...overrides,
  };
}
