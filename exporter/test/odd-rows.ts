/**
 * SQL that fills an empty database with what a copy or a backup could spoil: a partition, quotes and line breaks, NULL,
 * microseconds and time zones, bytes, versions of an invoice. `usage`: rows of usage.
 */
export const oddRows = (usage: number): string => `
  CREATE TABLE llm_metrics_history_2026_03 PARTITION OF llm_metrics_history FOR VALUES
    FROM ('2026-03-01') TO ('2026-04-01');
  INSERT INTO llm_metrics_history (user_id, day, provider, model, prompt_tokens, cost_usd)
    SELECT 'user-' || i, date '2026-02-20' + i % 40, 'openai', E'tab\\t"quote" \\\\ new\\nline 💶', i, i * 0.000001
      FROM generate_series(1, ${usage}) i;
  INSERT INTO llm_metrics_history (user_id, day, provider, model, cost_usd) VALUES ('', '2026-03-01', 'x', '\\N', NULL);
  INSERT INTO manual_billing_adjustments (series_id, version, action, replaces, kind, provider, billing_date,
    period_start, period_end, amount, currency, created_by, created_at, notes)
    VALUES (1, 1, 'entry', NULL, 'invoice', 'weaviate', '2026-02-01', '2026-01-01', '2026-02-01', 45.000001, 'USD',
      'anna', '2026-02-01 10:00:00.123456+02', 'é'),
           (1, 2, 'correction', 1, 'invoice', 'weaviate', '2026-02-01', '2026-01-01', '2026-02-01', 46, 'USD', 'bo',
             '2026-02-02', NULL);
  INSERT INTO invoice_documents (sha256, media_type, file_name, size, key_id, nonce, tag, ciphertext, created_at,
    uploaded_at) VALUES (sha256('a'), 'application/pdf', 'é.pdf', 3, '00ff', '\\x000102030405060708090a5c',
      '\\x000102030405060708090a0b0c0d0e0f', '\\x5c0a00ff', '2026-02-01', '2026-02-01');
  INSERT INTO invoice_document_links (series_id, document_id) VALUES (1, 1);`;
