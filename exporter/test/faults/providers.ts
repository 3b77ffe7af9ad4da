import type { CollectorName } from '../../src/contract/providers.ts';
import { COLLECTOR_NAMES } from '../../src/contract/providers.ts';
import { DO_TOKEN, serveDigitalOcean, type FakeAccount } from '../providers/digital-ocean.ts';
import { serveProvider, type Answer, type RecordedRequest } from '../providers/serve.ts';
import { emptyAccount, serveStripe, STRIPE_KEY, type FakeStripeAccount } from '../providers/stripe.ts';
import { flat, item, subscription } from '../providers/stripe-objects.ts';
import { SECRET_KEY, startFakeSupabase, userId, type FakeSupabaseState } from '../providers/supabase.ts';
import { serveTwilio, TWILIO_SID, TWILIO_TOKEN, type FakeTwilioAccount } from '../providers/twilio.ts';
import { startFakeWeaviate, WEAVIATE_KEY, type FakeWeaviateState } from '../providers/weaviate.ts';
import { openGateway, type Gateway } from './gateway.ts';

/** The time of the table: shortly after midnight, so that 14 March is the last complete day. */
export const NOW = '2026-03-15T00:30:00Z';
export const DAY = '2026-03-14';

export interface FakeCounter {
  readonly labels: Readonly<Record<string, string>>;
  /** Samples by ISO time. */
  readonly samples: readonly (readonly [string, number])[];
}

/** What each provider shows; tests change it between runs. */
export interface GoodState {
  readonly digitalOcean: FakeAccount;
  readonly stripe: FakeStripeAccount;
  readonly weaviate: FakeWeaviateState;
  readonly supabase: FakeSupabaseState;
  readonly twilio: FakeTwilioAccount;
  readonly counters: FakeCounter[];
}

/** How a collector's provider can be broken. */
export interface Subject {
  readonly name: CollectorName;
  /** The read without which there is no result. */
  readonly path: RegExp;
  /** The setting that is named when the provider refuses it. */
  readonly setting: string;
  /** The figure that is spoilt in row 8, as it stands in a good answer, and where it is asked. */
  readonly figure: { readonly path: RegExp; readonly text: string; readonly wrong: readonly string[] };
  /** The list that is made null. */
  readonly list: string;
}

export const SUBJECTS: readonly Subject[] = [
  {
    name: 'digital_ocean',
    // Either of them alone gives the days.
    path: /\/insights\/|\/balance/,
    setting: 'DO_API_TOKEN',
    list: 'data_points',
    figure: {
      path: /\/insights\/|\/balance/,
      text: '"2.00"',
      wrong: ['{}', '"NaN"', '"1e30"', '[]', 'null'],
    },
  },
  {
    name: 'stripe',
    path: /\/v1\/subscriptions/,
    setting: 'STRIPE_SECRET_KEY',
    list: 'data',
    figure: {
      path: /\/v1\/subscriptions/,
      text: '"unit_amount_decimal":"2000"',
      wrong: [
        '"unit_amount_decimal":2000',
        '"unit_amount_decimal":"NaN"',
        '"unit_amount_decimal":"1e30"',
        '"unit_amount_decimal":"-"',
        '"unit_amount_decimal":{}',
      ],
    },
  },
  {
    name: 'weaviate',
    path: /\/v1\/schema$/,
    setting: 'WEAVIATE_API_KEY',
    list: 'classes',
    figure: {
      path: /\/v1\/graphql/,
      text: '"count":65',
      wrong: ['"count":"65"', '"count":"NaN"', '"count":1e30', '"x":1', '"count":-1'],
    },
  },
  {
    name: 'supabase',
    path: /\/auth\/v1\/admin\/users/,
    setting: 'SUPABASE_KEY',
    list: 'users',
    figure: {
      path: /\/auth\/v1\/admin\/users/,
      // Of every user: one bad row costs only itself.
      text: '"id":"',
      wrong: ['"id":7,"y":"', '"id":null,"y":"', '"id":{},"y":"', '"x":"', '"id":[],"y":"'],
    },
  },
  {
    name: 'twilio',
    path: /\/Usage\/Records/,
    setting: 'TWILIO_AUTH_TOKEN',
    list: 'usage_records',
    figure: {
      path: /\/Usage\/Records.*totalprice/,
      text: '"price":"1.25"',
      wrong: ['"price":[1.25]', '"price":"NaN"', '"price":"1e30"', '"x":1', '"price":null'],
    },
  },
  {
    name: 'llm',
    path: /\/api\/v1\/query/,
    setting: 'PROMETHEUS_BEARER_TOKEN',
    list: 'result',
    figure: { path: /\/api\/v1\/query/, text: '"350"', wrong: ['350', '"many"', '"1e30"', '{}', '"-1"'] },
  },
];

export interface Providers {
  readonly state: GoodState;
  readonly gateways: Readonly<Record<CollectorName, Gateway>>;
  /** The settings of an exporter that reads all six of them. */
  readonly env: Readonly<Record<string, string>>;
  /** Every provider is good again. */
  mend(): void;
  close(): Promise<void>;
}

export const LABELS = {
  job: 'app',
  instance: 'a:1',
  user_id: 'ada',
  provider: 'openai',
  model: 'gpt-4o',
  token_type: 'prompt',
};

function goodState(): GoodState {
  return {
    digitalOcean: {
      points: [{ day: DAY, amount: '2.00' }],
      balance: { usage: '2.00', at: '2026-03-15T00:20:00Z' },
      invoices: [],
      preview: [],
      apps: 3,
      databases: 2,
      registries: [{ name: 'r', bytes: 5_000 }],
      pageSize: 200,
    },
    stripe: { ...emptyAccount(), subscriptions: [subscription([item(flat(2_000))])] },
    weaviate: { collections: { Article: { objects: 65, vectors: { default: 8 } } }, version: '1.35.2' },
    supabase: {
      users: [1, 2, 3].map((one) => ({
        id: userId(one),
        email: `u${one}@example.com`,
        last_sign_in_at: '2026-03-10T00:00:00Z',
      })),
      buckets: { files: [{ path: 'a.txt', size: 40 }] },
    },
    twilio: {
      usage: [
        { category: 'totalprice', day: DAY, price: '1.25' },
        { category: 'sms-outbound', day: DAY, price: '1.25', count: '5' },
      ],
      messages: [],
      pageSize: 50,
      unknownCategories: [],
    },
    counters: [
      {
        labels: LABELS,
        samples: [
          ['2026-01-01T00:00:00Z', 100],
          [`${DAY}T10:00:00Z`, 350],
        ],
      },
    ],
  };
}

/**
 * Six good providers, each behind a gateway that can break it. gRPC is closed: every answer goes over HTTP, where it
 * can be broken.
 */
export async function openProviders(): Promise<Providers> {
  const state = goodState();
  const [digitalOcean, stripe, weaviate, supabase, twilio, llm] = await Promise.all([
    serveDigitalOcean(state.digitalOcean),
    serveStripe(state.stripe),
    startFakeWeaviate(state.weaviate),
    startFakeSupabase(state.supabase),
    serveTwilio(state.twilio),
    serveProvider((request) => prometheus(state, request)),
  ]);
  const servers = { digital_ocean: digitalOcean, stripe, weaviate, supabase, twilio, llm };
  const open = async (name: CollectorName): Promise<Gateway> => openGateway(servers[name].url);
  const gateways = {
    digital_ocean: await open('digital_ocean'),
    stripe: await open('stripe'),
    weaviate: await open('weaviate'),
    supabase: await open('supabase'),
    twilio: await open('twilio'),
    llm: await open('llm'),
  };
  return {
    state: { ...state, weaviate: weaviate.state, supabase: supabase.state },
    gateways,
    env: {
      DO_API_TOKEN: DO_TOKEN,
      DO_API_URL: gateways.digital_ocean.url,
      STRIPE_SECRET_KEY: STRIPE_KEY,
      STRIPE_API_URL: gateways.stripe.url,
      WEAVIATE_URL: gateways.weaviate.url,
      WEAVIATE_API_KEY: WEAVIATE_KEY,
      WEAVIATE_GRPC_URL: '127.0.0.1:1',
      SUPABASE_URL: gateways.supabase.url,
      SUPABASE_KEY: SECRET_KEY,
      TWILIO_ACCOUNT_SID: TWILIO_SID,
      TWILIO_AUTH_TOKEN: TWILIO_TOKEN,
      TWILIO_API_URL: gateways.twilio.url,
      PROMETHEUS_URL: gateways.llm.url,
      PROMETHEUS_BEARER_TOKEN: 'prometheus-bearer-of-the-table',
    },
    mend: () => COLLECTOR_NAMES.forEach((name) => gateways[name].mend()),
    async close() {
      await Promise.all(COLLECTOR_NAMES.map(async (name) => gateways[name].close()));
      await Promise.all(Object.values(servers).map(async (server) => server.close()));
    },
  };
}

const vector = (result: readonly unknown[]): Answer => ({
  json: { status: 'success', data: { resultType: 'vector', result } },
});

/**
 * A Prometheus that holds `counters` of tokens and answers with the last sample before the asked time, as the
 * exporter asks.
 */
function prometheus({ counters }: GoodState, request: RecordedRequest): Answer {
  if (request.path.endsWith('/series')) return { json: { status: 'success', data: [] } };
  if (request.path.endsWith('/buildinfo')) return { json: { status: 'success', data: { version: '2.42.0' } } };
  const { query = '', time = '0' } = request.query;
  if (query.endsWith(']')) return { json: { status: 'success', data: { resultType: 'matrix', result: [] } } };
  if (!query.startsWith('last_over_time(llm_tokens_total{token_type="prompt"}')) return vector([]);
  const last = ({ samples }: FakeCounter): number | undefined =>
    samples.findLast(([at]) => Date.parse(at) / 1000 <= Number(time))?.[1];
  return vector(
    counters.flatMap((one) =>
      last(one) === undefined ? [] : [{ metric: one.labels, value: [Number(time), String(last(one))] }],
    ),
  );
}
