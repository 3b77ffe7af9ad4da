-- Kinds of tokens that have prices of their own, and tokens that a gateway answered from its own cache at no cost.
-- Each is a part of the counts that the tables had before.
ALTER TABLE llm_metrics_history
  ADD COLUMN cache_write_1h_tokens bigint NOT NULL DEFAULT 0,
  ADD COLUMN audio_prompt_tokens bigint NOT NULL DEFAULT 0,
  ADD COLUMN audio_completion_tokens bigint NOT NULL DEFAULT 0,
  ADD COLUMN gateway_prompt_tokens bigint NOT NULL DEFAULT 0,
  ADD COLUMN gateway_completion_tokens bigint NOT NULL DEFAULT 0;

ALTER TABLE llm_model_day
  ADD COLUMN gateway_prompt_tokens bigint NOT NULL DEFAULT 0,
  ADD COLUMN gateway_completion_tokens bigint NOT NULL DEFAULT 0;
