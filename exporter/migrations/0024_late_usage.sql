-- Changes to days so long closed that moving every later running total would keep other writers waiting: how far each user's
-- usage of that day is from what llm_user_cum holds of it. Answers add them, maintenance folds them in (src/llm/running-totals.ts);
-- mostly empty.
CREATE TABLE llm_user_late (
  prompt_tokens bigint NOT NULL,
  completion_tokens bigint NOT NULL,
  requests bigint NOT NULL,
  errors bigint NOT NULL,
  unpriced_tokens bigint NOT NULL,
  day date NOT NULL,
  -- 1 where the running totals do not know yet that the user used anything on that day.
  used_days integer NOT NULL,
  cost_usd numeric(18,6) NOT NULL,
  user_id text NOT NULL,
  PRIMARY KEY (day, user_id)
);
