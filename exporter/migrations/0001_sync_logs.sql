-- Every run of every collector, and the leases that keep two processes from running at once.
-- Leases are rows with an expiry, claimed in one statement: session advisory locks strand behind a transaction pooler.

CREATE TABLE sync_runs (
  id uuid PRIMARY KEY,
  started_at timestamptz NOT NULL,
  finished_at timestamptz,
  outcome text CHECK (outcome IN ('succeeded', 'partial', 'failed')),
  trigger text NOT NULL,
  requested_by text NOT NULL,
  lease_owner uuid NOT NULL,
  lease_expires_at timestamptz NOT NULL,
  summary jsonb,
  CHECK ((finished_at IS NULL) = (outcome IS NULL))
);
-- At most one unfinished synchronisation: the second claimant learns the id of the first.
CREATE UNIQUE INDEX sync_runs_one_running ON sync_runs ((true)) WHERE finished_at IS NULL;
CREATE INDEX sync_runs_started ON sync_runs (started_at DESC);

CREATE TABLE metrics_sync_logs (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  run_id uuid NOT NULL,
  collector text NOT NULL,
  day date NOT NULL,
  attempt integer NOT NULL DEFAULT 1 CHECK (attempt > 0),
  started_at timestamptz NOT NULL,
  finished_at timestamptz,
  outcome text CHECK (outcome IN ('succeeded', 'skipped', 'failed')),
  reason text,
  kind text,
  message text,
  retryable boolean,
  warnings jsonb NOT NULL DEFAULT '[]',
  rows_written integer,
  days_read integer,
  upstream_requests integer,
  data_as_of timestamptz,
  duration_ms integer,
  lease_owner uuid NOT NULL,
  lease_expires_at timestamptz NOT NULL,
  CHECK ((finished_at IS NULL) = (outcome IS NULL))
);
-- The lease on (collector, day): one unfinished row, which an expired lease hands to the next run (attempt + 1).
CREATE UNIQUE INDEX metrics_sync_logs_lease ON metrics_sync_logs (collector, day) WHERE finished_at IS NULL;
CREATE INDEX metrics_sync_logs_by_collector ON metrics_sync_logs (collector, id DESC);
CREATE INDEX metrics_sync_logs_by_run ON metrics_sync_logs (run_id);

-- The gauges of each collector's last success, so that the first scrape after a restart has every series.
CREATE TABLE collector_samples (
  collector text PRIMARY KEY,
  day date NOT NULL,
  samples jsonb NOT NULL,
  data_as_of timestamptz,
  stored_at timestamptz NOT NULL
);
