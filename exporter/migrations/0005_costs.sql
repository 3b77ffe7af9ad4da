-- The daily cost ledger. Every source keeps its own row; the view lets exactly one source count.

CREATE TABLE component_costs (
  day date NOT NULL,
  provider text NOT NULL,
  component text NOT NULL,
  source text NOT NULL CHECK (source IN ('invoice', 'api_invoice', 'api_usage', 'fixed', 'estimate')),
  -- NULL where the native amount has no rate: shown unconverted, outside USD totals.
  amount_usd numeric(18,6),
  amount_native numeric(18,6),
  currency text NOT NULL DEFAULT 'USD',
  fx_rate numeric(18,8),
  as_of timestamptz,
  provisional boolean NOT NULL DEFAULT false,
  demo boolean NOT NULL DEFAULT false,
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (day, provider, component, source)
);
CREATE INDEX component_costs_provider ON component_costs (provider, day);

CREATE FUNCTION cost_source_rank(source text) RETURNS integer
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN CASE source WHEN 'invoice' THEN 1 WHEN 'api_invoice' THEN 2 WHEN 'api_usage' THEN 3 WHEN 'fixed' THEN 4 ELSE 5 END;

-- The rows that count. Component 'all' is the whole provider: it takes the place of every component of a worse
-- source, and stands aside when components come from a better one. Invoices of one provider add up.
CREATE VIEW effective_costs AS
WITH ranked AS (
  SELECT c.*,
    cost_source_rank(source) AS rank,
    min(cost_source_rank(source)) FILTER (WHERE component = 'all') OVER (PARTITION BY day, provider) AS rank_all,
    min(cost_source_rank(source)) FILTER (WHERE component <> 'all') OVER (PARTITION BY day, provider) AS rank_parts,
    min(cost_source_rank(source)) OVER (PARTITION BY day, provider, component) AS rank_component
  FROM component_costs c
)
SELECT day, provider, component, source, amount_usd, amount_native, currency, fx_rate, as_of, provisional, demo
FROM ranked
WHERE rank = rank_component
  AND CASE
    WHEN component = 'all' THEN rank_parts IS NULL OR rank <= rank_parts
    WHEN rank_all IS NULL THEN true
    WHEN rank = 1 THEN true
    ELSE rank_parts < rank_all
  END;

CREATE VIEW infrastructure_costs_summary AS
SELECT
  day,
  sum(amount_usd) FILTER (WHERE provider = 'llm') AS llm,
  sum(amount_usd) FILTER (WHERE provider = 'digital_ocean') AS digital_ocean,
  sum(amount_usd) FILTER (WHERE provider = 'weaviate') AS weaviate,
  sum(amount_usd) FILTER (WHERE provider = 'supabase') AS supabase,
  sum(amount_usd) FILTER (WHERE provider = 'twilio') AS twilio,
  sum(amount_usd) FILTER (WHERE provider NOT IN ('llm', 'digital_ocean', 'weaviate', 'supabase', 'twilio')) AS other,
  sum(amount_usd) AS total,
  -- Share of the day's cost that stands on invoices; NULL when the day cost nothing.
  sum(amount_usd) FILTER (WHERE source IN ('invoice', 'api_invoice')) / nullif(sum(amount_usd), 0) AS coverage
FROM effective_costs
GROUP BY day;

-- Typed or imported invoices: append-only, every version is kept.
CREATE TABLE manual_billing_adjustments (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- The first version's id: one invoice is all the rows of one series.
  series_id bigint NOT NULL,
  version integer NOT NULL CHECK (version > 0),
  -- What this version does: states an amount, or takes the invoice out of the books.
  action text NOT NULL CHECK (action IN ('entry', 'correction', 'void')),
  replaces bigint REFERENCES manual_billing_adjustments (id),
  kind text NOT NULL CHECK (kind IN ('invoice', 'credit')),
  provider text NOT NULL,
  component text NOT NULL DEFAULT 'all',
  invoice_number text,
  -- Line of an invoice that has a period per line; 0 where there is one amount only.
  line integer NOT NULL DEFAULT 0,
  billing_date date NOT NULL,
  period_start date NOT NULL,
  period_end date NOT NULL,
  amount numeric(18,6) NOT NULL,
  currency text NOT NULL,
  fx_rate numeric(18,8),
  amount_usd numeric(18,6),
  tax_amount numeric(18,6),
  notes text,
  reason text,
  additional boolean NOT NULL DEFAULT false,
  origin text NOT NULL DEFAULT 'api',
  demo boolean NOT NULL DEFAULT false,
  created_by text NOT NULL,
  created_at timestamptz NOT NULL,
  UNIQUE (series_id, version),
  UNIQUE (replaces),
  CHECK (period_end > period_start),
  CHECK ((version = 1) = (action = 'entry')),
  CHECK ((version = 1) = (replaces IS NULL)),
  CHECK (kind = 'credit' OR amount >= 0)
);
CREATE UNIQUE INDEX manual_billing_adjustments_number
  ON manual_billing_adjustments (provider, invoice_number, line) WHERE version = 1 AND invoice_number IS NOT NULL;
CREATE INDEX manual_billing_adjustments_period ON manual_billing_adjustments (provider, period_start, period_end);

-- The version that counts now of each invoice that was not voided.
CREATE VIEW current_billing_adjustments AS
SELECT a.* FROM manual_billing_adjustments a
WHERE a.action <> 'void'
  AND NOT EXISTS (SELECT 1 FROM manual_billing_adjustments later WHERE later.replaces = a.id);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: store a correction or a void instead', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER manual_billing_adjustments_append_only
  BEFORE UPDATE OR DELETE ON manual_billing_adjustments FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER manual_billing_adjustments_no_truncate
  BEFORE TRUNCATE ON manual_billing_adjustments FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Monthly budgets; a change is a new row, so that an old alert stays explicable. NULL amount: no budget from then on.
CREATE TABLE budgets (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  provider text NOT NULL,
  month_usd numeric(18,6) CHECK (month_usd > 0),
  valid_from timestamptz NOT NULL DEFAULT now(),
  created_by text NOT NULL
);
CREATE INDEX budgets_by_provider ON budgets (provider, id DESC);
