import { z } from 'zod';
import { parseMicros } from '../money/micros.ts';

/**
 * Every setting, once: checking, types, `.env.example` and the table in `docs/settings.md` all come from here.
 * Each may also be given as NAME_FILE, a path whose content is the value.
 */

export interface SettingDefinition<Schema extends z.ZodType = z.ZodType> {
  readonly schema: Schema;
  readonly group: string;
  /** What it is for, in one or two sentences, for the documentation. */
  readonly doc: string;
  /** Never shown: redacted from logs and errors. */
  readonly secret?: true;
  /** Shown in `.env.example`; a placeholder must be recognisable as one. */
  readonly example?: string;
}

function setting<Schema extends z.ZodType>(definition: SettingDefinition<Schema>): SettingDefinition<Schema> {
  return definition;
}

const text = z.string().trim().min(1, 'must not be empty');
const optionalText = text.optional();

const port = z.coerce
  .number('must be a whole number')
  .int('must be a whole number')
  .min(0)
  .max(65535, 'must be at most 65535')
  .default(9464);

const flag = (fallback: boolean) =>
  z
    .enum(['true', 'false', '1', '0', 'yes', 'no', 'on', 'off'], 'must be true or false')
    .transform((value) => ['true', '1', 'yes', 'on'].includes(value))
    .default(fallback);

/** https everywhere; plain http only to this machine, for tests and side-cars. */
function url(protocols: readonly string[] = ['https:', 'http:']) {
  return text
    .refine(
      (value) => URL.canParse(value) && protocols.includes(new URL(value).protocol),
      `must be a URL (${protocols.map((p) => `${p}//…`).join(' or ')})`,
    )
    .refine(
      (value) => !URL.canParse(value) || (new URL(value).username === '' && new URL(value).password === ''),
      'must not contain a user name or password',
    );
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** A base URL that carries a key. */
const keyedUrl = url().refine(
  (value) => !URL.canParse(value) || new URL(value).protocol === 'https:' || LOOPBACK.test(new URL(value).hostname),
  'must be https (plain http only to this machine), since it carries a key',
);

const postgresUrl = text.refine(
  (value) => URL.canParse(value) && /^postgres(ql)?:$/.test(new URL(value).protocol),
  'must be a postgres:// URL',
);

const monthlyCost = text
  .refine((value) => isMoney(value), 'must be an amount such as 25.00 (no sign, no currency, at most two decimals)')
  .optional();

/** A list price with up to six decimals. */
const unitPrice = text.regex(
  /^\d{1,6}(\.\d{1,6})?$/,
  'must be a price such as 0.12 (no sign, no currency, at most six decimals)',
);

function isMoney(value: string): boolean {
  if (!/^\d{1,9}(\.\d{1,2})?$/.test(value)) return false;
  return parseMicros(value) >= 0n;
}

const mailAddress = /^[^\s@,<>]+@[^\s@,<>]+$/;
const mailAddresses = text
  .refine(
    (value) => value.split(',').every((one) => mailAddress.test(one.trim())),
    'must be mail addresses, separated by commas',
  )
  .optional();

/** `all=900,llm=300`: monthly budgets by provider. */
const budgets = text
  .transform((value, context) => {
    const found = new Map<string, string>();
    for (const part of value.split(',')) {
      const [, provider, monthUsd] =
        /^\s*([a-z0-9][a-z0-9_-]{0,62})\s*=\s*(\d{1,9}(?:\.\d{1,2})?)\s*$/.exec(part) ?? [];
      if (provider === undefined || monthUsd === undefined || parseMicros(monthUsd) === 0n || found.has(provider)) {
        context.addIssue({
          code: 'custom',
          message:
            'must be amounts above 0 by provider, each provider once, such as all=900,llm=300.50 (all: the whole)',
        });
        return z.NEVER;
      }
      found.set(provider, monthUsd);
    }
    return [...found].map(([provider, monthUsd]) => ({ provider, monthUsd }));
  })
  .optional();

export const SETTINGS = {
  DO_API_TOKEN: setting({
    group: 'DigitalOcean',
    schema: optionalText,
    secret: true,
    example: 'dop_v1_xxxxx',
    doc: 'Personal access token with the scope billing:read (and read for apps, databases and registries).',
  }),
  DO_ACCOUNT_URN: setting({
    group: 'DigitalOcean',
    schema: text.regex(/^do:(team|teamgroup|user):[0-9A-Za-z-]+$/, 'must look like do:team:<uuid>').optional(),
    doc: 'The account whose billing insights are read; found by itself when the token may read /v2/account.',
  }),
  DO_REGISTRY_GC_CHECK: setting({
    group: 'DigitalOcean',
    schema: flag(false),
    doc: 'Looks whether a garbage collection of the container registry is running (reads only).',
  }),
  DO_API_URL: setting({
    group: 'DigitalOcean',
    schema: keyedUrl.default('https://api.digitalocean.com'),
    doc: 'Base URL of the DigitalOcean API.',
  }),
  STRIPE_SECRET_KEY: setting({
    group: 'Stripe',
    schema: optionalText,
    secret: true,
    example: 'rk_live_xxxxx',
    doc: 'Secret or (better) restricted key that may read subscriptions, invoices, credit notes, prices, coupons and balance transactions.',
  }),
  STRIPE_ALLOW_TEST_MODE: setting({
    group: 'Stripe',
    schema: flag(false),
    doc: 'Accepts a test-mode key; its figures are then shown as revenue.',
  }),
  STRIPE_API_URL: setting({
    group: 'Stripe',
    schema: keyedUrl.default('https://api.stripe.com'),
    doc: 'Base URL of the Stripe API.',
  }),
  MRR_COUNT_PAST_DUE: setting({
    group: 'Stripe',
    schema: flag(true),
    doc: 'Counts subscriptions whose last payment failed (also shown as "at risk").',
  }),
  MRR_COUNT_TRIALING: setting({ group: 'Stripe', schema: flag(false), doc: 'Counts trials in MRR.' }),
  MRR_COUNT_PAUSED: setting({
    group: 'Stripe',
    schema: flag(false),
    doc: 'Counts subscriptions whose collection is paused in MRR.',
  }),
  MRR_COUNT_REPEATING_DISCOUNTS: setting({
    group: 'Stripe',
    schema: flag(true),
    doc: 'Takes repeating discounts off MRR while they last.',
  }),
  WEAVIATE_URL: setting({
    group: 'Weaviate',
    schema: text.optional(),
    example: 'https://xxxxx.weaviate.network',
    doc: 'REST address of the Weaviate cluster.',
  }),
  WEAVIATE_API_KEY: setting({
    group: 'Weaviate',
    schema: optionalText,
    secret: true,
    example: 'xxxxx',
    doc: 'API key of the cluster; leave out for a server without authentication.',
  }),
  WEAVIATE_GRPC_URL: setting({
    group: 'Weaviate',
    schema: text.optional(),
    doc: 'gRPC address (host:port, or a URL) where it is not the default of the REST address.',
  }),
  WEAVIATE_MONTHLY_COST_USD: setting({
    group: 'Weaviate',
    schema: monthlyCost,
    example: '45.00',
    doc: 'Fixed monthly price, used where no invoice was entered.',
  }),
  WEAVIATE_PLAN: setting({
    group: 'Weaviate',
    schema: z.enum(['auto', 'flex', 'self_hosted'], 'must be auto, flex or self_hosted').default('auto'),
    doc: 'Whether a cost is estimated by list prices: auto does so for hosts of Weaviate Cloud (and for this machine, taken for a tunnel to it), flex always, self_hosted never.',
  }),
  WEAVIATE_PRICE_MINIMUM_USD: setting({
    group: 'Weaviate',
    schema: unitPrice.default('45'),
    doc: 'List price: minimum of the Flex plan, USD a month.',
  }),
  WEAVIATE_PRICE_MILLION_DIMENSIONS_USD: setting({
    group: 'Weaviate',
    schema: unitPrice.default('0.00465'),
    doc: 'List price: a million vector dimensions, USD a month.',
  }),
  WEAVIATE_PRICE_STORAGE_GIB_USD: setting({
    group: 'Weaviate',
    schema: unitPrice.default('0.12'),
    doc: 'List price: a GiB of storage, USD a month.',
  }),
  WEAVIATE_PRICE_BACKUP_GIB_USD: setting({
    group: 'Weaviate',
    schema: unitPrice.default('0.03036'),
    doc: 'List price: a GiB of backup, USD a month.',
  }),
  WEAVIATE_PRICES_READ_ON: setting({
    group: 'Weaviate',
    schema: z.iso.date('must be a day such as 2026-10-07').default('2026-10-07'),
    doc: 'The day on which these list prices were read; shown with every estimate.',
  }),
  TWILIO_ACCOUNT_SID: setting({ group: 'Twilio', schema: optionalText, example: 'ACxxxxx', doc: 'Account SID (AC…).' }),
  TWILIO_AUTH_TOKEN: setting({
    group: 'Twilio',
    schema: optionalText,
    secret: true,
    example: 'xxxxx',
    doc: 'Auth token of that account.',
  }),
  TWILIO_FROM_NUMBER: setting({
    group: 'Twilio',
    schema: text.regex(/^(whatsapp:)?\+[1-9]\d{4,14}$/, 'must be a number such as +15551234567').optional(),
    doc: 'Adds the count of messages sent from this number.',
  }),
  TWILIO_API_URL: setting({
    group: 'Twilio',
    schema: keyedUrl.default('https://api.twilio.com'),
    doc: 'Base URL of the Twilio API.',
  }),
  SUPABASE_URL: setting({
    group: 'Supabase',
    schema: text.optional(),
    example: 'https://xxxxx.supabase.co',
    doc: 'Address of the Supabase project.',
  }),
  SUPABASE_KEY: setting({
    group: 'Supabase',
    schema: optionalText,
    secret: true,
    example: 'sb_secret_xxxxx',
    doc: 'Secret key (sb_secret_…) or legacy service_role key.',
  }),
  SUPABASE_MONTHLY_COST_USD: setting({
    group: 'Supabase',
    schema: monthlyCost,
    example: '25.00',
    doc: 'Fixed monthly price, used where no invoice was entered.',
  }),
  SUPABASE_DB_URL: setting({
    group: 'Supabase',
    schema: postgresUrl.optional(),
    secret: true,
    doc: 'Postgres address of the Supabase project: exact active users and sizes.',
  }),
  SUPABASE_ACCESS_TOKEN: setting({
    group: 'Supabase',
    schema: optionalText,
    secret: true,
    doc: 'Management API token: plan, compute and add-on list prices for the estimate.',
  }),
  SUPABASE_API_URL: setting({
    group: 'Supabase',
    schema: keyedUrl.default('https://api.supabase.com'),
    doc: 'Base URL of the Supabase Management API.',
  }),
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
    doc: 'Whole months before the running one whose raw rows (user, day, model) are kept; older ones are dropped, their rollups stay. Everything is kept unless told.',
  }),
  DATABASE_URL: setting({
    group: 'Storage',
    schema: postgresUrl.optional(),
    secret: true,
    doc: 'Postgres 15 or newer. Without it an embedded Postgres runs in DATA_DIR.',
  }),
  READ_DATABASE_URL: setting({
    group: 'Storage',
    schema: postgresUrl.optional(),
    secret: true,
    doc: 'A replica that answers the reads of the API.',
  }),
  DATA_DIR: setting({
    group: 'Storage',
    schema: text.default('.data'),
    doc: 'Folder for the embedded database and the generated JWT secret.',
  }),
  HOST: setting({
    group: 'Server',
    schema: text.default('127.0.0.1'),
    doc: 'Address to listen on. Anything but loopback needs METRICS_TOKEN or METRICS_PUBLIC=true.',
  }),
  PORT: setting({ group: 'Server', schema: port, doc: 'Port to listen on.' }),
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
    doc: 'The claim that holds the role (admin, viewer, sync); dots reach into objects (app_metadata.role).',
  }),
  GRAFANA_URL: setting({
    group: 'Access',
    schema: url().optional(),
    doc: 'Grafana whose signed X-Grafana-Id names the author of an entry.',
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
    doc: 'Days for which the history of runs is kept. Running ones, and the newest run and success of each collector, stay whatever their age.',
  }),
  MARGINBOARD_REVISION: setting({
    group: 'Server',
    schema: text
      .regex(/^[\w.+-]{1,64}$/, 'must be a commit id or a version: letters, digits and . _ + - (at most 64)')
      .default('unknown'),
    doc: 'The commit that was built, for `marginboard_build_info`; images set it.',
  }),
  BUDGETS_USD: setting({
    group: 'Budgets and alerts',
    schema: budgets,
    example: 'all=900,llm=300',
    doc: 'Monthly budgets in USD by provider, `all` for the whole. One that is set or taken away by the API (PUT /admin/budgets) wins over this.',
  }),
  ALERT_EMAIL_TO: setting({
    group: 'Budgets and alerts',
    schema: mailAddresses,
    example: 'you@example.com',
    doc: 'Who gets the mails of Alertmanager; several are separated by commas. These ALERT_ settings are read by compose and npm run stack, which write them into the configuration of Alertmanager.',
  }),
  ALERT_EMAIL_FROM: setting({
    group: 'Budgets and alerts',
    schema: text.regex(mailAddress, 'must be a mail address').optional(),
    example: 'marginboard@example.com',
    doc: 'Sender of those mails.',
  }),
  ALERT_SMTP_SERVER: setting({
    group: 'Budgets and alerts',
    schema: text
      .regex(/^[^\s:/]+:\d{1,5}$|^\[[0-9a-fA-F:]+\]:\d{1,5}$/, 'must be host:port, such as smtp.example.com:587')
      .optional(),
    example: 'smtp.example.com:587',
    doc: 'Mail server as host:port (587 with STARTTLS, 465 with TLS from the start).',
  }),
  ALERT_SMTP_USERNAME: setting({
    group: 'Budgets and alerts',
    schema: optionalText,
    doc: 'User name at that server, where it asks for one.',
  }),
  ALERT_SMTP_PASSWORD: setting({
    group: 'Budgets and alerts',
    schema: optionalText,
    secret: true,
    doc: 'Password at that server.',
  }),
  ALERT_SMTP_TLS: setting({
    group: 'Budgets and alerts',
    schema: flag(true),
    doc: 'Refuses to send mail to a server without TLS; false only for one on this machine.',
  }),
  ALERT_WEBHOOK_URL: setting({
    group: 'Budgets and alerts',
    schema: url().optional(),
    secret: true,
    doc: "Gets every alert as JSON (Alertmanager's webhook), also when it is over.",
  }),
  ALERT_RUNBOOK_URL: setting({
    group: 'Budgets and alerts',
    schema: url().optional(),
    doc: 'Where the repository\'s docs/alerts.md can be opened (the address before "docs/"), for links in mails.',
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
  DEMO: setting({
    group: 'Demonstration',
    schema: flag(false),
    doc: 'Fills an empty database with six months of believable data, labelled as demonstration everywhere.',
  }),
  NOW: setting({
    group: 'Demonstration',
    schema: z.iso.datetime({ offset: true, error: 'must be an ISO time such as 2026-03-15T12:00:00Z' }).optional(),
    doc: 'Fixes the clock, for demonstrations and tests; the log says so.',
  }),
} as const satisfies Record<string, SettingDefinition>;

export type SettingName = keyof typeof SETTINGS;
export type Settings = { readonly [Name in SettingName]: z.output<(typeof SETTINGS)[Name]['schema']> };
