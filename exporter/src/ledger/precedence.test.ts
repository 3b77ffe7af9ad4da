import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/database.ts';
import { COST_SOURCES } from '../contract/providers.ts';
import { precedenceSql } from './precedence.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const definition = async (view: string): Promise<string | undefined> =>
  (await database.pool.query<{ text: string }>('SELECT pg_get_viewdef($1::regclass) AS text', [view])).rows[0]?.text;

// Postgres writes both queries out from their parse trees. That as-booked and restated costs also agree over random
// ledgers is a property in invoices/as-booked.test.ts.
it('is the query of the view effective_costs', async () => {
  const columns = 'amount_usd, amount_native, currency, fx_rate, as_of, provisional, demo';
  await database.pool.query(`CREATE VIEW stated_here AS ${precedenceSql('component_costs', columns)}`);
  expect(await definition('stated_here')).toBe(await definition('effective_costs'));
});

it('ranks the sources in the order of COST_SOURCES', async () => {
  const { rows } = await database.pool.query<{ rank: number }>(
    'SELECT cost_source_rank(source) AS rank FROM unnest($1::text[]) WITH ORDINALITY AS s(source, place) ORDER BY place',
    [COST_SOURCES],
  );
  expect(rows.map(({ rank }) => rank)).toEqual(COST_SOURCES.map((_, index) => index + 1));
});
