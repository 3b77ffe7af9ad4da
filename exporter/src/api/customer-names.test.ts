import { expect, it } from 'vitest';
import { apiContext } from '../../test/api-context.ts';
import { fill } from '../../test/equal-answers.ts';

const context = apiContext(fill);

const LISTS = [
  'metrics/margin-by-customer',
  'metrics/largest-movements?from=2025-06-01',
  'metrics/mrr-waterfall?groupBy=customer',
  'metrics/mrr-movements?groupBy=customer',
  'admin/customer-users',
] as const;
const names = async (path: string, role: 'viewer' | 'figures') => {
  const { status, text } = await context.api.get(`/api/v1/${path}`, role);
  return {
    status,
    named: /Alder Analytics|"Birch|"Cedar/.test(text),
    mailed: /@[a-z-]+\.example\.com/.test(text),
    text,
  };
};

it.each(LISTS)('%s names the customers, and gives `figures` stand-ins', async (path) => {
  expect(await names(path, 'viewer')).toMatchObject({ status: 200, named: true });
  const hidden = await names(path, 'figures');
  expect(hidden.status).toBe(path.startsWith('admin/') ? 403 : 200);
  expect(hidden).toMatchObject({ named: false, mailed: false });
  expect(hidden.text).not.toContain('cus_');
});

it('a customer without a name is called by its e-mail, and by its id where there is none', async () => {
  await context.database.pool.query(`UPDATE customer_details SET name = NULL WHERE customer = 'cus_demo001'`);
  await context.database.pool.query(`DELETE FROM customer_details WHERE customer = 'cus_demo002'`);
  await context.database.pool.query(`UPDATE data_version SET version = gen_random_uuid()`);
  const { json } = await context.api.get('/api/v1/admin/customer-users?limit=1000');
  expect(json).toMatchObject({
    data: expect.arrayContaining([
      expect.objectContaining({ customer: 'cus_demo001', name: 'billing@alder-analytics.example.com' }),
      expect.objectContaining({ customer: 'cus_demo002', name: 'cus_demo002', email: null }),
    ]) as unknown,
  });
});

it('the CSV of movements ends with the names', async () => {
  const { text } = await context.api.get('/api/v1/export/mrr-movements.csv', 'admin');
  const [header = '', first = ''] = text.split('\r\n');
  expect(header).toMatch(/,customerName,customerEmail$/);
  expect(first).toMatch(/,[A-Z][a-z]+ [A-Z][a-z]+,billing@[a-z-]+\.example\.com$/);
});
