-- The dearest users of the periods that boards ask for, so that a ranking among very many users need not look at all of them. Written by whoever
-- writes usage, in the same transaction, and only above a number of users (see src/llm/top-users.ts); empty in most installations.
CREATE TABLE llm_user_top (
  -- [from_day, to_day)
  from_day date NOT NULL,
  to_day date NOT NULL,
  user_id text NOT NULL,
  cost_usd numeric(18,6) NOT NULL,
  unpriced_tokens bigint NOT NULL,
  -- The cost, or -1 where no price at all is known: the order of the ranking.
  position numeric(18,6) NOT NULL,
  PRIMARY KEY (from_day, to_day, user_id)
);
CREATE INDEX llm_user_top_order ON llm_user_top (from_day, to_day, position DESC, user_id COLLATE "C");
