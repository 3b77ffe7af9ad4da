import { afterAll, beforeAll, expect, it } from 'vitest';
import { collectContext } from '../../../test/collect-context.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts';
import { fuzzCollector } from '../../../test/fuzz.ts';
import { mutatingProxy, type MutatingProxy } from '../../../test/fuzz-proxy.ts';
import type { ProviderServer } from '../../../test/providers/serve.ts';
import { serveTwilio, TWILIO_SID, TWILIO_TOKEN } from '../../../test/providers/twilio.ts';
import { createTwilioCollector } from './index.ts';

const NUMBER = '+15551234567';
let database: TestDatabase;
let server: ProviderServer;
let proxy: MutatingProxy;
beforeAll(async () => {
  database = await createTestDatabase();
  const days = ['2026-03-12', '2026-03-13', '2026-03-14'];
  server = await serveTwilio({
    usage: days.flatMap((day) => [
      { category: 'totalprice', day, price: '1.3035', count: null },
      { category: 'sms-outbound', day, price: '0.79', count: '80' },
      { category: 'mms-outbound', day, price: '0.10', count: '5' },
      { category: 'channels-whatsapp-outbound', day, price: '0.05', count: '7' },
    ]),
    messages: days.map((day) => ({ from: NUMBER, sent: `${day}T10:00:00Z` })),
    pageSize: 2,
    unknownCategories: [],
  });
  proxy = await mutatingProxy(server.url);
});
afterAll(async () => {
  await proxy.close();
  await server.close();
  await database.drop();
});

it('Twilio: a spoilt answer ends in a typed error or in figures that were sent', { timeout: 120_000 }, async () => {
  const collector = createTwilioCollector({
    TWILIO_ACCOUNT_SID: TWILIO_SID,
    TWILIO_AUTH_TOKEN: TWILIO_TOKEN,
    TWILIO_FROM_NUMBER: NUMBER,
    TWILIO_API_URL: proxy.url,
  });
  // A credit is a negative price.
  await fuzzCollector(collector, proxy, () => collectContext(database.pool, '2026-03-15T00:30:00Z'), database, {
    runs: 100,
    negative: /price/,
  });
  expect(server.pending()).toBe(0);
});
