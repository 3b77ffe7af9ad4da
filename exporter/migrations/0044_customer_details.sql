-- What Stripe's customers are called. An erased customer keeps its row without name and e-mail, so that a later reading
-- does not bring them back.
CREATE TABLE customer_details (
  customer text PRIMARY KEY,
  name text,
  email text,
  -- Values of the metadata that name a user of the application (STRIPE_USER_METADATA); NULL while they were not read.
  user_refs text[],
  -- When Stripe said so: the latest wins.
  read_at timestamptz NOT NULL,
  erased_at timestamptz
);
CREATE INDEX customer_details_email ON customer_details (lower(email)) WHERE email IS NOT NULL;
