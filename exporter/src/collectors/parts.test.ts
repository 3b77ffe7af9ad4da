import { describe, expect, it } from 'vitest';
import { collectContext } from '../../test/collect-context.ts';
import { collectorOf, database, providers, useCollectors } from '../../test/faults/collectors.ts';
import { NOW } from '../../test/faults/providers.ts';
import type { Answer } from '../../test/providers/serve.ts';
import type { CollectorName } from '../contract/providers.ts';
import { examineProvider } from '../doctor/examine.ts';

/** What a provider answers for one of its parts in place of a good answer. */
const FAULTS = {
  '403': { status: 403, json: { message: 'Forbidden' } },
  '404': { status: 404, json: { message: 'Not Found' } },
  '429': { status: 429, headers: { 'retry-after': '0' }, json: { message: 'Too Many Requests' } },
  '500': { status: 500, json: { message: 'oops' } },
  '540': { status: 540, json: { message: 'Project is paused' } },
  empty: { text: '' },
  late: { fault: 'hang' },
} as const satisfies Record<string, Answer>;
type FaultName = keyof typeof FAULTS;

interface Part {
  readonly provider: CollectorName;
  readonly part: string;
  readonly path: RegExp;
  /** A warning of the run for every fault (or some of them); `fails` where there are no figures without the part. */
  readonly ends: string;
  /** Faults that end otherwise: a warning, or `good` for an answer with a meaning. */
  readonly but?: Partial<Record<FaultName, string>>;
}

const PARTS: readonly Part[] = [
  { provider: 'digital_ocean', part: 'account', path: /\/v2\/account/, ends: 'insights_unavailable' },
  { provider: 'digital_ocean', part: 'insights', path: /\/insights\//, ends: 'insights_unavailable' },
  {
    provider: 'digital_ocean',
    part: 'balance',
    path: /\/balance/,
    ends: 'part_unavailable',
    but: { '403': 'missing_permission' },
  },
  { provider: 'digital_ocean', part: 'insights and balance', path: /\/insights\/|\/balance/, ends: 'fails' },
  {
    provider: 'digital_ocean',
    part: 'list of invoices',
    path: /\/invoices\?/,
    ends: 'part_unavailable',
    but: { '403': 'missing_permission' },
  },
  {
    provider: 'digital_ocean',
    part: 'invoice',
    path: /\/summary/,
    ends: 'part_unavailable',
    but: { '403': 'missing_permission' },
  },
  {
    provider: 'digital_ocean',
    part: 'invoice preview',
    path: /\/invoices\/preview/,
    ends: 'part_unavailable',
    but: { '403': 'missing_permission', '404': 'good' },
  },
  {
    provider: 'digital_ocean',
    part: 'apps',
    path: /\/apps/,
    ends: 'part_unavailable',
    but: { '403': 'missing_permission' },
  },
  {
    provider: 'digital_ocean',
    part: 'databases',
    path: /\/databases/,
    ends: 'part_unavailable',
    but: { '403': 'missing_permission' },
  },
  {
    provider: 'digital_ocean',
    part: 'registries',
    path: /\/registries/,
    ends: 'part_unavailable',
    but: { '403': 'missing_permission', '404': 'count_fell_to_zero' },
  },
  { provider: 'twilio', part: 'cost', path: /totalprice/, ends: 'fails' },
  {
    provider: 'twilio',
    part: 'messages of a channel',
    path: /mms-outbound/,
    ends: 'part_unavailable',
    but: { '403': 'missing_permission' },
  },
  {
    provider: 'twilio',
    part: 'messages of a number',
    path: /Messages\.json/,
    ends: 'part_unavailable',
    but: { '403': 'missing_permission' },
  },
  { provider: 'supabase', part: 'users', path: /\/admin\/users/, ends: 'fails' },
  { provider: 'supabase', part: 'buckets', path: /\/storage\/v1\/bucket/, ends: 'storage_skipped' },
  { provider: 'supabase', part: 'objects of a bucket', path: /\/object\/list/, ends: 'storage_skipped' },
  { provider: 'supabase', part: 'project', path: /^\/v1\/projects$/, ends: 'account_unreadable' },
  { provider: 'supabase', part: 'organisation', path: /^\/v1\/organizations/, ends: 'account_unreadable' },
  { provider: 'supabase', part: 'add-ons', path: /\/billing\/addons/, ends: 'addons_unreadable' },
  { provider: 'weaviate', part: 'schema', path: /\/v1\/schema$/, ends: 'fails' },
  { provider: 'weaviate', part: 'version', path: /\/v1\/meta/, ends: 'grpc_unreachable' },
  { provider: 'weaviate', part: 'rights of the key', path: /own-info/, ends: 'good' },
  { provider: 'weaviate', part: 'tenants of a collection', path: /\/tenants/, ends: 'collections_unreadable' },
  { provider: 'weaviate', part: 'objects of every collection', path: /\/v1\/objects/, ends: 'fails' },
  { provider: 'weaviate', part: 'counts', path: /\/v1\/graphql/, ends: 'fails' },
];

useCollectors(({ digitalOcean, supabase, weaviate }) => {
  digitalOcean.invoices = [{ uuid: 'february', period: '2026-02', products: '28.00', amount: '28.00' }];
  supabase.plan = 'pro';
  weaviate.collections['Note'] = { objects: 0, tenants: { ada: { objects: 2 } } };
});

// An answer that is late is waited for briefly and once; where every answer comes, a busy machine may take its time.
const context = (isLate = false) => {
  const waits = { minWaitMs: 1, maxWaitMs: 2, maxRetryAfterMs: 1_000 };
  const limits = isLate ? { tries: 1, requestTimeoutMs: 150 } : { tries: 2, requestTimeoutMs: 5_000 };
  return { ...collectContext(database.pool, NOW), retry: { ...waits, ...limits } };
};

/** What a good run warns of, by provider: read once, and its figures are what later runs are compared with. */
const warnings = new Map<CollectorName, readonly string[]>();
async function warningsWhereGood(name: CollectorName): Promise<readonly string[]> {
  const known = warnings.get(name) ?? (await run(name)) ?? [];
  warnings.set(name, known);
  return known;
}

/** The codes of a run's warnings; null where it fails. */
async function run(name: CollectorName, isLate?: boolean): Promise<string[] | null> {
  const collector = collectorOf(name);
  const run = context(isLate);
  try {
    const { data, warnings } = await collector.collect(run);
    await collector.store(database.pool, run.day, data);
    return warnings.map(({ code }) => code);
  } catch (error) {
    expect(error).toMatchObject({ name: 'CollectorError', kind: expect.not.stringMatching(/bug|storage/) });
    return null;
  }
}

async function examine(name: CollectorName, isLate?: boolean): Promise<string> {
  const report = await examineProvider(collectorOf(name), context(isLate));
  for (const { ok, remedy, check } of report.findings.filter((finding) => finding.ok === false))
    expect(remedy, `${check} ${String(ok)}`).toBeTruthy();
  return report.state;
}

describe.each(PARTS)('$provider without its $part', ({ provider, path, ends, but = {} }) => {
  it.each(Object.keys(FAULTS).filter((name): name is FaultName => name in FAULTS))('%s', async (name) => {
    const warned = await warningsWhereGood(provider);
    const isLate = name === 'late';
    await database.pool.query('DELETE FROM component_costs');
    providers.gateways[provider].breakAlways(path, FAULTS[name]);
    const expected = but[name] ?? ends;
    const codes = await run(provider, isLate);
    if (expected === 'fails') {
      expect(codes).toBeNull();
      // A run that fails stores nothing.
      expect((await database.pool.query('SELECT FROM component_costs')).rowCount).toBe(0);
    } else if (expected === 'good') expect(codes?.toSorted()).toEqual(warned.toSorted());
    else expect(codes).toContain(expected);
    // The doctor says that it is broken exactly where a run fails, and warns where it warns.
    const state = await examine(provider, isLate);
    expect(state === 'broken').toBe(codes === null);
    if (codes !== null && codes.length > 0) expect(state).toBe('warning');
  });
});
