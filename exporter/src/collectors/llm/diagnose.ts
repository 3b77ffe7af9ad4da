import { nameList } from '../../llm/name-list.ts';
import type { CollectContext, Finding, Readiness } from '../contract.ts';
import type { CollectorError } from '../errors.ts';
import { findingOfSettings, probe } from '../finding.ts';
import type { PrometheusClient, PrometheusSettings } from './client.ts';
import { selectorOfForms } from './metric-names.ts';
import { selectorOf, usageKeyOf, UNKNOWN, type LlmMapping } from './mapping.ts';
import { isRare } from './counters.ts';
import { nearMisses } from './near-misses.ts';
import type { Labels } from './schema.ts';

const MAX_MODELS = 6;

/** Whether Prometheus answers, and which of the mapping's counters it has had in the last day. */
export async function diagnose(
  readiness: Readiness,
  connect: () => PrometheusClient,
  mapping: LlmMapping,
  settings: PrometheusSettings,
  context: CollectContext,
): Promise<Finding[]> {
  const unready = findingOfSettings(
    readiness,
    'PROMETHEUS_URL',
    'Set PROMETHEUS_URL to the Prometheus server that scrapes your application, for example http://127.0.0.1:9090.',
  );
  if (unready !== undefined) return [unready];
  const client = connect();
  const findings: Finding[] = [];
  const { finding } = await probe({
    check: 'read Prometheus',
    onFailure: false,
    read: async () => {
      const answers = await Promise.all(
        mapping.series.map((series) =>
          client.instant(context, `last_over_time(${selectorOfForms(series)}[1d])`, context.now.getTime()),
        ),
      );
      mapping.series.forEach((series, index) => {
        if (isRare(series) && answers[index]?.length === 0) return;
        findings.push(counterFinding(selectorOf(series), series.fields, answers[index]?.length ?? 0));
      });
      findings.push(
        ...modelsFinding(
          answers.flat().map((series) => series.labels),
          mapping,
        ),
        ...usersFinding(
          answers.flat().map((series) => series.labels),
          mapping,
        ),
      );
      const isFound = mapping.series.some(({ fields }, index) => isNeeded(fields) && (answers[index]?.length ?? 0) > 0);
      if (!isFound) findings.push(...(await nearMisses(client, context, mapping)));
      return client.version(context).then(
        (version) => `Prometheus ${version} answers`,
        () => 'the server answers queries',
      );
    },
    remedyFor: (error) => remedyOf(error, settings.PROMETHEUS_URL ?? ''),
  });
  return [finding, ...findings];
}

function remedyOf(error: CollectorError, url: string): string {
  if (error.kind === 'auth')
    return 'Set PROMETHEUS_BEARER_TOKEN, or PROMETHEUS_USERNAME and PROMETHEUS_PASSWORD (and PROMETHEUS_ORG_ID for a tenant).';
  if (error.kind === 'bad_payload') return 'Check that PROMETHEUS_URL is the address of Prometheus itself.';
  return `Check that Prometheus runs at ${url}.`;
}

function isNeeded(fields: readonly string[]): boolean {
  return fields.includes('input') || fields.includes('output');
}

function counterFinding(selector: string, fields: readonly string[], series: number): Finding {
  if (series > 0)
    return { check: selector, ok: true, message: `${series} series in the last day (${fields.join(', ')})` };
  return {
    check: selector,
    ok: isNeeded(fields) ? false : 'warning',
    message: `no series in the last day (${fields.join(', ')})`,
    remedy: isNeeded(fields)
      ? 'Check that the application is scraped and that LLM_PRESET or LLM_MAPPING_FILE names its counters (docs/providers/llm.md).'
      : 'Nothing, if the application has no such counter.',
  };
}

/** What the labels of the series are read as, so that a mistaken mapping shows before it is used. */
function modelsFinding(labels: readonly Labels[], mapping: LlmMapping): Finding[] {
  const models = [
    ...new Set(
      labels.map((series) => {
        const { provider, model } = usageKeyOf(series, mapping);
        return `${provider}/${model}`;
      }),
    ),
  ].sort();
  if (models.length === 0) return [];
  const shown = nameList(models, MAX_MODELS);
  return [{ check: 'models', ok: true, message: `${models.length} models are counted: ${shown}` }];
}

function usersFinding(labels: readonly Labels[], mapping: LlmMapping): Finding[] {
  if (labels.length === 0) return [];
  const unknown = labels.filter((series) => usageKeyOf(series, mapping).user === UNKNOWN).length;
  if (unknown < labels.length) return [{ check: 'users', ok: true, message: 'usage is counted by user' }];
  return [
    {
      check: 'users',
      ok: 'warning',
      message: `no series has a user (labels ${mapping.labels.user.join(', ')})`,
      remedy:
        'Add the label; in LiteLLM set litellm_settings.enable_end_user_cost_tracking_prometheus_only: true and pass `user`.',
    },
  ];
}
