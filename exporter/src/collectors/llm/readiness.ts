import type { Readiness } from '../contract.ts';
import type { PrometheusSettings } from './client.ts';

/** Judges the settings of the Prometheus server without a request. */
export function llmReadiness(settings: PrometheusSettings): Readiness {
  if (settings.PROMETHEUS_URL === undefined) {
    return {
      outcome: 'skipped',
      reason: 'not_configured',
      message: 'PROMETHEUS_URL is not set: give the address of the Prometheus server that holds the LLM usage counters',
    };
  }
  const malformed = (
    ['PROMETHEUS_BEARER_TOKEN', 'PROMETHEUS_PASSWORD', 'PROMETHEUS_USERNAME', 'PROMETHEUS_ORG_ID'] as const
  ).find((name) => /[^\x20-\x7E]/.test(settings[name] ?? ''));
  if (malformed !== undefined)
    return {
      outcome: 'failed',
      kind: 'auth',
      reason: 'malformed_key',
      message: `${malformed} holds a line break or another character that no header can carry`,
    };
  return { outcome: 'ready' };
}
