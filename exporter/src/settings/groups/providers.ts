import { z } from 'zod';
import { setting, type SettingDefinition } from '../definition.ts';
import { flag, keyedUrl, metadataKeys, monthlyCost, optionalText, postgresUrl, text, unitPrice } from '../kinds.ts';

export const PROVIDERS_SETTINGS = {
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
    doc:
      'Secret or (better) restricted key that may read subscriptions, invoices, credit notes, prices, coupons ' +
      'and balance transactions.',
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
  STRIPE_USER_METADATA: setting({
    group: 'Stripe',
    schema: metadataKeys.default(['user_id', 'userId', 'app_user_id', 'appUserId', 'supabase_user_id', 'uid']),
    example: 'user_id,account_id',
    doc:
      "Names in the metadata of Stripe's customers that hold the id of a user, as the LLM usage names it, separated " +
      'by commas: links between customers and users are suggested by them.',
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
    schema: z.enum(['auto', 'flex', 'free', 'self_hosted'], 'must be auto, flex, free or self_hosted').default('auto'),
    doc:
      'Whether a cost is estimated by list prices: auto does so for hosts of Weaviate Cloud (and for this ' +
      'machine, taken for a tunnel to it), flex always, self_hosted never; free costs 0 and asks for no invoice.',
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
  TWILIO_API_KEY_SID: setting({
    group: 'Twilio',
    schema: optionalText,
    doc: 'API key (SK…), used in place of the auth token; a restricted key needs the right to read usage records.',
  }),
  TWILIO_API_KEY_SECRET: setting({
    group: 'Twilio',
    schema: optionalText,
    secret: true,
    doc: 'Secret of that API key.',
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
} as const satisfies Record<string, SettingDefinition>;
