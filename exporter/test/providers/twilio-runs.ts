import { afterAll, beforeAll, beforeEach } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../database.ts';
import { collectContext, type TestContext } from '../collect-context.ts';
import { serveTwilio, TWILIO_SID, TWILIO_TOKEN, type FakeTwilioAccount } from './twilio.ts';
import type { ProviderServer } from './serve.ts';
import type { TwilioSettings } from '../../src/collectors/twilio/client.ts';
import { createTwilioCollector } from '../../src/collectors/twilio/index.ts';

export let database: TestDatabase;
export let server: ProviderServer;
export let account: FakeTwilioAccount;

/** Sets up a database for the file, and a server with a fresh account for each of its tests. */
export function useTwilio(): void {
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    await database.pool.query('TRUNCATE twilio_metrics, component_costs, fx_rates');
    account = {
      usage: [
        { category: 'totalprice', day: '2026-03-13', price: '0.0525', count: null },
        { category: 'totalprice', day: '2026-03-14', price: '1.3035', count: '' },
        { category: 'totalprice', day: '2026-03-15', price: '0.0075' },
        { category: 'sms', day: '2026-03-14', price: '0.80', count: '99' },
        { category: 'sms-outbound', day: '2026-03-14', price: '0.79', count: '80' },
        { category: 'mms-outbound', day: '2026-03-14', price: '0.10', count: '5' },
        { category: 'channels-whatsapp-outbound', day: '2026-03-13', price: '0.05', count: '7' },
      ],
      messages: [],
      pageSize: 1000,
      unknownCategories: [],
    };
    server = await serveTwilio(account);
    return () => server.close();
  });
}

export function collector(overrides: Partial<TwilioSettings> = {}) {
  return createTwilioCollector({
    TWILIO_ACCOUNT_SID: TWILIO_SID,
    TWILIO_AUTH_TOKEN: TWILIO_TOKEN,
    TWILIO_FROM_NUMBER: undefined,
    TWILIO_API_URL: server.url,
    ...overrides,
  });
}

export function context(overrides: Parameters<typeof collectContext>[2] = {}): TestContext {
  return collectContext(database.pool, '2026-03-15T00:30:00Z', overrides);
}

export async function run(
  overrides: Partial<TwilioSettings> = {},
  now = '2026-03-15T00:30:00Z',
  back = 3,
): Promise<{ run: TestContext; rows: number; warnings: string[]; samples: unknown }> {
  const one = collector(overrides);
  const at = collectContext(database.pool, now, { back });
  const { data, warnings } = await one.collect(at);
  const { rows } = await one.store(database.pool, at.day, data);
  return { run: at, rows, warnings: warnings.map(({ code }) => code), samples: one.samples(data, at.day) };
}

export async function metrics(): Promise<unknown[]> {
  const { rows } = await database.pool
    .query(`SELECT recorded_at::text AS day, messages::int, messages_by_channel AS channels,
      messages_from_number::int AS sent, trim_scale(cost_usd)::text AS usd, trim_scale(cost_native)::text AS native,
      cost_currency AS currency, provisional FROM twilio_metrics ORDER BY 1`);
  return rows;
}
