import { afterEach, beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import { startApi, type TestApi } from '../../test/api-server.ts';
import { createTestDatabase, type TestDatabase } from '../../test/database.ts';
import { DO_TOKEN, serveDigitalOcean, type FakeAccount } from '../../test/providers/digital-ocean.ts';
import type { ProviderServer } from '../../test/providers/serve.ts';
import { serveTwilio, TWILIO_SID, TWILIO_TOKEN, type FakeTwilioAccount } from '../../test/providers/twilio.ts';
import { daysOf } from '../money/days.ts';
import { createDigitalOceanCollector } from './digital-ocean/index.ts';
import { createTwilioCollector } from './twilio/index.ts';

/** 180 days before 14 March 2026, the last complete day of the API's clock. */
const HISTORY = daysOf('2025-09-15', '2026-03-15');

let database: TestDatabase;
let api: TestApi;
let servers: ProviderServer[];
let digitalOcean: FakeAccount;
let twilio: FakeTwilioAccount;

beforeEach(async () => {
  database = await createTestDatabase();
  digitalOcean = {
    points: HISTORY.map((day) => ({ day, amount: '1.00' })),
    balance: { usage: '14.00', at: '2026-03-15T12:00:00Z' },
    invoices: [],
    preview: [],
    apps: 1,
    databases: 1,
    registries: [],
    pageSize: 200,
  };
  twilio = { usage: [], messages: [], pageSize: 1000, unknownCategories: [] };
  servers = [await serveDigitalOcean(digitalOcean), await serveTwilio(twilio)];
  const [doServer, twilioServer] = servers;
  api = await startApi(database.url, {
    collectors: [
      createDigitalOceanCollector({
        DO_API_TOKEN: DO_TOKEN,
        DO_ACCOUNT_URN: undefined,
        DO_REGISTRY_GC_CHECK: false,
        DO_API_URL: doServer?.url ?? '',
      }),
      createTwilioCollector({
        TWILIO_ACCOUNT_SID: TWILIO_SID,
        TWILIO_AUTH_TOKEN: TWILIO_TOKEN,
        TWILIO_FROM_NUMBER: undefined,
        TWILIO_API_URL: twilioServer?.url ?? '',
      }),
    ],
  });
});
afterEach(async () => {
  await api.close();
  await Promise.all(servers.map((server) => server.close()));
  await database.drop();
});

const costs = z.object({
  data: z.array(z.object({ digitalOceanUsd: z.string().nullable(), twilioUsd: z.string().nullable() })),
});

/** Days with a known cost of each, as the API answers them. */
async function known(): Promise<[number, number]> {
  const { json } = await api.get('/api/v1/metrics/infrastructure-costs?from=2025-09-15&to=2026-03-15');
  const { data } = costs.parse(json);
  return [
    data.filter(({ digitalOceanUsd: usd }) => usd !== null).length,
    data.filter(({ twilioUsd: usd }) => usd !== null).length,
  ];
}

async function sync(times: number): Promise<void> {
  for (let run = 0; run < times; run += 1)
    expect((await api.send('POST', '/api/v1/metrics/sync-all')).status).toBe(200);
}

it(
  'a first evening without permission and without usage rows loses nothing: all days come when they answer',
  { timeout: 60_000 },
  async () => {
    digitalOcean.forbidden = /insights/;
    await sync(7);
    // The balance has the days of March; Twilio has reported none.
    expect(await known()).toEqual([14, 0]);
    delete digitalOcean.forbidden;
    twilio.usage = HISTORY.map((day) => ({ category: 'totalprice', day, price: '1.00' }));
    await sync(6);
    expect(await known()).toEqual([HISTORY.length, HISTORY.length]);
  },
);
