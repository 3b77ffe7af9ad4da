import { z } from 'zod';
import { setting, type SettingDefinition } from '../definition.ts';
import { flag, hostNames, optionalText, port, text, url } from '../kinds.ts';

export const SERVER_SETTINGS = {
  HOST: setting({
    group: 'Server',
    schema: text.default('127.0.0.1'),
    doc: 'Address to listen on. Anything but loopback needs METRICS_TOKEN or METRICS_PUBLIC=true.',
  }),
  PORT: setting({ group: 'Server', schema: port, doc: 'Port to listen on.' }),
  PUBLIC_HOSTS: setting({
    group: 'Server',
    schema: hostNames,
    doc:
      'Names under which the exporter is reached, separated by commas (a reverse proxy, a service of compose or ' +
      'Kubernetes). Addresses and localhost always work; any other name is refused with 421, against DNS rebinding.',
  }),
  METRICS_TOKEN: setting({
    group: 'Server',
    schema: text
      .min(16, 'must have at least 16 characters')
      .regex(
        /^[\w.~+/=-]*$/,
        'must have only letters, digits and . _ ~ + / = -, so that it can be sent as a bearer token',
      )
      .optional(),
    secret: true,
    doc: 'Bearer token that /metrics asks for.',
  }),
  METRICS_PUBLIC: setting({
    group: 'Server',
    schema: flag(false),
    doc: 'Serves /metrics without a token on an address other than loopback.',
  }),
  MARGINBOARD_REVISION: setting({
    group: 'Server',
    schema: text
      .regex(/^[\w.+-]{1,64}$/, 'must be a commit id or a version: letters, digits and . _ + - (at most 64)')
      .default('unknown'),
    doc: 'The commit that was built, for `marginboard_build_info`; images set it.',
  }),
  LOG_LEVEL: setting({
    group: 'Server',
    schema: z
      .enum(
        ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
        'must be fatal, error, warn, info, debug, trace or silent',
      )
      .default('info'),
    doc: 'How much is logged.',
  }),
  JWT_SECRET: setting({
    group: 'Access',
    schema: z
      .string()
      .refine((value) => Buffer.byteLength(value) >= 32, 'must have at least 32 bytes')
      .optional(),
    secret: true,
    doc: 'HS256 secret of the API tokens. Without it and JWKS_URL one is made at the first start and kept in DATA_DIR.',
  }),
  JWKS_URL: setting({
    group: 'Access',
    schema: url().optional(),
    doc: 'Verifies tokens of another issuer by its published keys (Supabase, Grafana …).',
  }),
  JWT_ISSUER: setting({ group: 'Access', schema: optionalText, doc: 'Checked against `iss` when set.' }),
  JWT_AUDIENCE: setting({ group: 'Access', schema: optionalText, doc: 'Checked against `aud` when set.' }),
  JWT_ROLE_CLAIM: setting({
    group: 'Access',
    schema: text.default('role'),
    doc:
      'The claim that holds the role (admin, viewer, figures, sync): its exact name (https://example.com/role), or a ' +
      'path with dots into objects (app_metadata.role). A list of roles counts as its most powerful one.',
  }),
  GRAFANA_URL: setting({
    group: 'Access',
    schema: url().optional(),
    doc: 'Grafana whose signed X-Grafana-Id names the author of an entry.',
  }),
  AUDIT_LOG_RETENTION_DAYS: setting({
    group: 'Access',
    schema: z.coerce
      .number('must be a whole number')
      .int('must be a whole number')
      .min(1, 'must be at least 1')
      .max(36_500, 'must be at most 36500')
      .default(730),
    doc: 'Days for which the audit log (who wrote or exported what) and expired tokens stay listed.',
  }),
  SYNC_SCHEDULE: setting({
    group: 'Synchronisation',
    schema: text.default('30 0 * * *'),
    doc: 'Cron expression in UTC, or off. Missed days are caught up every six hours.',
  }),
  SYNC_LOG_RETENTION_DAYS: setting({
    group: 'Synchronisation',
    schema: z.coerce
      .number('must be a whole number')
      .int('must be a whole number')
      .min(31, 'must be at least 31, which is what the pages show')
      .max(36_500, 'must be at most 36500')
      .default(400),
    doc:
      'Days for which the history of runs is kept. Running ones, and the newest run and success of each ' +
      'collector, stay whatever their age.',
  }),
} as const satisfies Record<string, SettingDefinition>;
