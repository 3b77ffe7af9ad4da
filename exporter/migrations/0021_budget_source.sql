-- Budgets may come from the settings too (BUDGETS_USD). They are versions like any other, so that the history tells when
-- which applied; a version of the API is never overruled by the settings.
ALTER TABLE budgets ADD COLUMN source text NOT NULL DEFAULT 'api' CHECK (source IN ('api', 'settings'));
