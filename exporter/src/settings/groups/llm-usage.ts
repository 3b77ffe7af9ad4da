import { z } from 'zod';
import { setting, type SettingDefinition } from '../definition.ts';
import { optionalText, url } from '../kinds.ts';
import { llmMappingText } from '../llm-mapping.ts';

export const LLM_USAGE_SETTINGS = {
  PROMETHEUS_URL: setting({
    group: 'LLM usage',
    schema: url().optional(),
    example: 'http://127.0.0.1:9090',
    doc: 'Prometheus server where LLM usage counters are read.',
  }),
  LLM_PRESET: setting({
    group: 'LLM usage',
    schema: z
      .enum(['default', 'litellm', 'otel-genai', 'vllm'], 'must be default, litellm, otel-genai or vllm')
      .default('default'),
    doc: 'Which counters the usage is in: default, litellm, otel-genai or vllm.',
  }),
  LLM_MAPPING: setting({
    group: 'LLM usage',
    schema: llmMappingText.optional(),
    doc:
      'Counters of a source that has no preset, in JSON or YAML; takes the place of LLM_PRESET. Best given as ' +
      'LLM_MAPPING_FILE, the path of such a file (docs/providers/llm.md).',
  }),
  LLM_REPLICA_LABEL: setting({
    group: 'LLM usage',
    schema: z
      .string()
      .regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, 'must be the name of a label, for example prometheus_replica')
      .optional(),
    example: 'prometheus_replica',
    doc:
      'Label that replicas of one Prometheus differ in, where the server does not remove their doubles: of series ' +
      'that differ in nothing else, one is counted.',
  }),
  PROMETHEUS_BEARER_TOKEN: setting({
    group: 'LLM usage',
    schema: optionalText,
    secret: true,
    doc: 'Bearer token for that Prometheus.',
  }),
  PROMETHEUS_USERNAME: setting({
    group: 'LLM usage',
    schema: optionalText,
    doc: 'User name for basic authentication there.',
  }),
  PROMETHEUS_PASSWORD: setting({
    group: 'LLM usage',
    schema: optionalText,
    secret: true,
    doc: 'Password for basic authentication there.',
  }),
  PROMETHEUS_ORG_ID: setting({
    group: 'LLM usage',
    schema: optionalText,
    doc: 'Tenant (X-Scope-OrgID) for Mimir and the like.',
  }),
  LLM_RAW_RETENTION_MONTHS: setting({
    group: 'LLM usage',
    schema: z.coerce
      .number('must be a whole number')
      .int('must be a whole number')
      .min(2, 'must be at least 2, since synchronisations may read a month again')
      .max(1200, 'must be at most 1200')
      .optional(),
    example: '24',
    doc:
      'Whole months before the running one whose raw rows (user, day, model) are kept; older ones are dropped, ' +
      'their rollups stay. By default everything is kept.',
  }),
} as const satisfies Record<string, SettingDefinition>;
