-- Days that were read after they had ended, so that backfill asks for a day without figures once, not on every run.
CREATE TABLE collector_days (
  collector text NOT NULL,
  day date NOT NULL,
  read_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (collector, day)
);
