-- An invoice of one component replaces that component only. The fixed price or estimate of the whole provider used to
-- give way to it, so that 600.00 with an invoice of 5.00 for backups became 5.00; now it stays, and they add up.
CREATE OR REPLACE VIEW effective_costs AS
WITH ranked AS (
  SELECT c.*,
    cost_source_rank(source) AS rank,
    min(cost_source_rank(source)) FILTER (WHERE component = 'all') OVER (PARTITION BY day, provider) AS rank_all,
    min(cost_source_rank(source)) FILTER (WHERE component <> 'all' AND source <> 'invoice')
      OVER (PARTITION BY day, provider) AS rank_parts,
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

-- Numbers are compared without case, blanks and hyphens: "inv 1" and "INV-1" are one invoice. The same rule as
-- numberKey() in src/invoices/names.ts.
CREATE FUNCTION invoice_number_key(number text) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN coalesce(nullif(lower(regexp_replace(number, '[[:space:]-]', '', 'g')), ''), number);
CREATE INDEX manual_billing_adjustments_number_key ON manual_billing_adjustments (invoice_number_key(invoice_number))
  WHERE invoice_number IS NOT NULL;
