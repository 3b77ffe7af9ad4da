-- The statements of closed months. Every version stays: closing again or reopening adds one, nothing is edited.
CREATE TABLE month_statements (
  -- The first day of the month.
  month date NOT NULL CHECK (month = date_trunc('month', month::timestamp)::date),
  version integer NOT NULL CHECK (version > 0),
  action text NOT NULL CHECK (action IN ('close', 'reopen')),
  -- Canonical JSON, as text: jsonb would write numbers and order anew.
  document text,
  sha256 text,
  reason text,
  created_by text NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (month, version),
  CHECK ((action = 'close') = (document IS NOT NULL)),
  CHECK ((document IS NULL) = (sha256 IS NULL)),
  CHECK (sha256 = encode(sha256(convert_to(document, 'UTF8')), 'hex'))
);
CREATE TRIGGER month_statements_append_only
  BEFORE UPDATE OR DELETE ON month_statements FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER month_statements_no_truncate
  BEFORE TRUNCATE ON month_statements FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- What is to be sent about a month, once for each channel, whichever exporter does it.
CREATE TABLE statement_deliveries (
  month date NOT NULL,
  kind text NOT NULL CHECK (kind IN ('open', 'closed')),
  -- The closed version; 0 for a month that is still open.
  version integer NOT NULL,
  channel text NOT NULL CHECK (channel IN ('mail', 'webhook', 'slack')),
  attempts integer NOT NULL DEFAULT 0,
  -- Until then one exporter is sending it.
  claimed_until timestamptz,
  next_attempt_at timestamptz NOT NULL,
  sent_at timestamptz,
  last_error text,
  PRIMARY KEY (month, kind, version, channel)
);
