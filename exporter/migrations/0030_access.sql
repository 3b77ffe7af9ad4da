-- Tokens that this installation signed: registered when they are made, or when they are first used. Tokens of another
-- issuer (JWKS_URL) are that issuer's to list and to revoke.
CREATE TABLE api_tokens (
  -- The claim `jti`.
  id uuid PRIMARY KEY,
  name text NOT NULL,
  role text NOT NULL,
  -- Null where the token was only seen, not made beside this database.
  created_at timestamptz,
  expires_at timestamptz NOT NULL,
  last_used_at timestamptz,
  revoked_at timestamptz,
  revoked_by text
);
CREATE INDEX api_tokens_revoked ON api_tokens (expires_at) WHERE revoked_at IS NOT NULL;

-- Who wrote or exported what, and who was refused: never a body, a query string or a token.
CREATE TABLE audit_log (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL,
  -- Null where no valid token came.
  subject text,
  role text,
  token_id uuid,
  method text NOT NULL,
  route text NOT NULL,
  -- What the route's path names: the id of an entry, for instance.
  target text,
  status integer NOT NULL
);
CREATE INDEX audit_log_at ON audit_log (at);
