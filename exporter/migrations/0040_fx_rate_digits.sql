-- Eight decimals are four digits of a rupiah (0.00006185): an invoice of 100 million was some dollars off. The cross rates
-- of a central bank are stored with sixteen decimals. Amounts in USD that stand are not restated.
ALTER TABLE fx_rates ALTER COLUMN usd_rate TYPE numeric(28,16);

DROP VIEW current_billing_adjustments;
ALTER TABLE manual_billing_adjustments ALTER COLUMN fx_rate TYPE numeric(28,16);
-- The version that counts now of each invoice that was not voided; as in 0005.
CREATE VIEW current_billing_adjustments AS
SELECT a.* FROM manual_billing_adjustments a
WHERE a.action <> 'void'
  AND NOT EXISTS (SELECT 1 FROM manual_billing_adjustments later WHERE later.replaces = a.id);
