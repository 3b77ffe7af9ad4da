-- Suggested links between a user and a customer that somebody refused: they are not suggested again.
CREATE TABLE customer_link_rejections (
  user_id text NOT NULL,
  customer text NOT NULL,
  rejected_by text NOT NULL,
  rejected_at timestamptz NOT NULL,
  PRIMARY KEY (user_id, customer)
);
