-- Signatures and tokens of mails that came over HTTP: each is taken once, whichever exporter it reaches.
CREATE TABLE inbound_deliveries (
  key_sha256 bytea PRIMARY KEY CHECK (octet_length(key_sha256) = 32),
  -- When it would be refused for its age alone.
  expires_at timestamptz NOT NULL
);
CREATE INDEX inbound_deliveries_expiry ON inbound_deliveries (expires_at);
