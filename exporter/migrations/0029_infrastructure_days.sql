-- Days that a provider was asked for and said nothing about (no permission yet, no usage rows yet). They stay gaps: a run
-- asks for them again, after the gaps that were never asked for, so that they do not take the place of those.
CREATE TABLE collector_unanswered_days (
  collector text NOT NULL,
  day date NOT NULL,
  asked_on date NOT NULL,
  PRIMARY KEY (collector, day)
);

-- Until now every day that a run had asked for counted as read, also where nothing came back. What has no cost is read
-- again, as far back as the provider answers.
DELETE FROM collector_days d WHERE collector = 'digital_ocean'
  AND NOT EXISTS (SELECT 1 FROM do_metrics m WHERE m.recorded_at = d.day AND m.cost_usd IS NOT NULL);
DELETE FROM collector_days d WHERE collector = 'twilio'
  AND NOT EXISTS (SELECT 1 FROM twilio_metrics m WHERE m.recorded_at = d.day AND m.cost_native IS NOT NULL);

-- DigitalOcean's issued invoices by month: what the list of invoices says in all (so that a changed one is read again),
-- and what counts as cost. The days of a month are shaped by its usage, which may be read later than its invoice.
CREATE TABLE do_invoice_months (
  month date PRIMARY KEY,
  listed_usd numeric(18,6) NOT NULL,
  cost_usd numeric(18,6) NOT NULL,
  stored_at timestamptz NOT NULL DEFAULT now()
);
