export const ENTRY = '/api/v1/admin/billing-adjustment';
export const HISTORY = '/api/v1/admin/billing-adjustments';
export const SUMMARY = '/api/v1/metrics/summary';
export const invoice = {
  provider: 'supabase',
  periodStart: '2026-02-01',
  periodEnd: '2026-03-01',
  amount: '25.00',
  currency: 'USD',
};
