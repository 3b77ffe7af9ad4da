-- When bad debt was paid after all: it is revenue again from that day on.
ALTER TABLE stripe_invoices ADD COLUMN recovered_on date;

-- Plans of two and three years reach into the days that are shown: what was read so far is continued further back.
UPDATE stripe_history SET target_from = target_from - interval '24 months'
WHERE list IN ('invoices', 'credit_notes', 'invoice_payments');
