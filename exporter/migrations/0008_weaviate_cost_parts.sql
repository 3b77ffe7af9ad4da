-- How the estimate was made, part by part, as in supabase_metrics: an estimate that is the plan's minimum says so.
ALTER TABLE weaviate_metrics ADD COLUMN cost_parts jsonb NOT NULL DEFAULT '[]';
