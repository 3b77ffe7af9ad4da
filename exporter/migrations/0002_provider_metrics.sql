-- One row a UTC day for each provider. NULL is "not known"; a real zero is a value.
-- `provisional` marks the running day; `cost_source` is one of contract/providers.ts COST_SOURCES.

CREATE TABLE do_metrics (
  recorded_at date PRIMARY KEY,
  apps integer,
  databases integer,
  registries integer,
  buckets integer,
  registry_storage_bytes bigint,
  registry_garbage_collection text,
  app_platform_usd numeric(18,6),
  databases_usd numeric(18,6),
  registry_usd numeric(18,6),
  spaces_usd numeric(18,6),
  other_usd numeric(18,6),
  cost_usd numeric(18,6),
  cost_source text,
  month_to_date_usd numeric(18,6),
  month_to_date_at timestamptz,
  as_of timestamptz,
  provisional boolean NOT NULL DEFAULT false,
  demo boolean NOT NULL DEFAULT false,
  collected_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE stripe_metrics (
  recorded_at date PRIMARY KEY,
  mrr_usd numeric(18,6),
  mrr_at_risk_usd numeric(18,6),
  mrr_paused_usd numeric(18,6),
  -- {"EUR": "12.00"}: native amounts of currencies, with or without a rate.
  mrr_by_currency jsonb NOT NULL DEFAULT '{}',
  active_subscriptions integer,
  -- {"active": 3, "past_due": 1}: counts by the closed set of statuses.
  subscriptions_by_status jsonb NOT NULL DEFAULT '{}',
  paying_customers integer,
  cost_usd numeric(18,6),
  cost_source text,
  as_of timestamptz,
  provisional boolean NOT NULL DEFAULT false,
  demo boolean NOT NULL DEFAULT false,
  collected_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE weaviate_metrics (
  recorded_at date PRIMARY KEY,
  objects bigint,
  collections integer,
  vectors bigint,
  dimensions bigint,
  -- True where vectors or dimensions were measured on a sample.
  vectors_sampled boolean,
  storage_bytes bigint,
  -- [{"name": "...", "objects": "1", "vectors": "1", "dimensions": "1536", "storageBytes": "1"}]
  by_collection jsonb NOT NULL DEFAULT '[]',
  uncounted_tenants integer,
  cost_usd numeric(18,6),
  cost_source text,
  as_of timestamptz,
  provisional boolean NOT NULL DEFAULT false,
  demo boolean NOT NULL DEFAULT false,
  collected_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE supabase_metrics (
  recorded_at date PRIMARY KEY,
  users bigint,
  active_users bigint,
  -- 'sessions' (exact) or 'last_sign_in' (a lower bound).
  active_users_method text,
  database_size_bytes bigint,
  storage_bytes bigint,
  storage_objects bigint,
  plan text,
  cost_usd numeric(18,6),
  cost_source text,
  -- How the estimate was made, part by part: [{"component": "compute", "monthlyUsd": "10.00", "basis": "..."}]
  cost_parts jsonb NOT NULL DEFAULT '[]',
  as_of timestamptz,
  provisional boolean NOT NULL DEFAULT false,
  demo boolean NOT NULL DEFAULT false,
  collected_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE twilio_metrics (
  recorded_at date PRIMARY KEY,
  messages bigint,
  -- {"sms": 1, "mms": 0, "whatsapp": 0}
  messages_by_channel jsonb NOT NULL DEFAULT '{}',
  messages_from_number bigint,
  cost_usd numeric(18,6),
  cost_native numeric(18,6),
  cost_currency text,
  cost_source text,
  as_of timestamptz,
  provisional boolean NOT NULL DEFAULT false,
  demo boolean NOT NULL DEFAULT false,
  collected_at timestamptz NOT NULL DEFAULT now()
);
