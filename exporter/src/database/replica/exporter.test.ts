import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { REAL, startExporter, until, type ExporterProcess } from '../../../test/exporter-process.ts';
import { startReplicatedPostgres, type ReplicatedPostgres } from '../../../test/replica.ts';
import { mintToken } from '../../api/auth/mint.ts';

// Processes and clusters of their own start slowly beside other tests.
vi.setConfig({ testTimeout: 90_000 });

const SECRET = 'a-test-secret-of-more-than-32-bytes!';
const status = z.object({
  readReplica: z
    .object({ state: z.string(), lagSeconds: z.number().nullable(), message: z.string().nullable() })
    .nullable(),
});

let servers: ReplicatedPostgres;
let headers: Record<string, string>;
const running: ExporterProcess[] = [];
beforeAll(async () => {
  servers = await startReplicatedPostgres();
  const token = await mintToken(SECRET, {
    role: 'admin',
    subject: 'test',
    expiresAt: Math.floor(Date.now() / 1000) + 3_600,
    roleClaim: 'role',
  });
  headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.end('SIGKILL')));
});
afterAll(() => servers.stop());

async function exporter(
  env: Record<string, string> = { READ_DATABASE_URL: servers.standbyUrl },
): Promise<ExporterProcess> {
  const one = await startExporter(
    { DATABASE_URL: servers.primaryUrl, NOW: '2026-03-15T12:00:00Z', SYNC_SCHEDULE: 'off', JWT_SECRET: SECRET, ...env },
    REAL,
  );
  running.push(one);
  await until(async () => (await fetch(`${one.url}/-/ready`)).ok);
  return one;
}

/** An invoice of $31 a month for a vendor of its own; the day's cost is then 1.00 more. */
let vendors = 0;
async function enter(one: ExporterProcess): Promise<void> {
  vendors += 1;
  const body = JSON.stringify({
    provider: `vendor_${vendors}`,
    periodStart: '2026-03-01',
    periodEnd: '2026-04-01',
    amount: '31.00',
    currency: 'USD',
  });
  const answer = await fetch(`${one.url}/api/v1/admin/billing-adjustment`, { method: 'POST', headers, body });
  expect(answer.status, await answer.text()).toBe(201);
}

const costs = z.object({ data: z.array(z.object({ otherUsd: z.string().nullable() })) });
async function shown(one: ExporterProcess): Promise<string | null | undefined> {
  const answer = await fetch(`${one.url}/api/v1/metrics/infrastructure-costs?from=2026-03-01&to=2026-03-02`, {
    headers,
  });
  expect(answer.status).toBe(200);
  return costs.parse(await answer.json()).data[0]?.otherUsd;
}
const expected = (): string => `${vendors}.00`;

const replicaOf = async (one: ExporterProcess) =>
  status.parse(await (await fetch(`${one.url}/api/v1/metrics/sync-status`, { headers })).json()).readReplica;
const reaches = (one: ExporterProcess, state: string) => until(async () => (await replicaOf(one))?.state === state);
const metric = async (one: ExporterProcess, name: string): Promise<string | undefined> =>
  new RegExp(`^marginboard_${name} (.*)$`, 'm').exec(await (await fetch(`${one.url}/metrics`)).text())?.[1];

test('answers come from the replica, its lag is shown, and without a replica nothing is said of one', async () => {
  const one = await exporter();
  await reaches(one, 'in_use');
  await enter(one);
  expect(await shown(one)).toBe(expected());
  await until(
    async () => (await replicaOf(one))?.lagSeconds === 0 && (await metric(one, 'read_replica_in_use')) === '1',
  );
  expect(await metric(one, 'read_replica_lag_seconds')).toBe('0');
  await shown(one);
  expect(
    await servers.onStandby(
      "SELECT DISTINCT application_name AS name FROM pg_stat_activity WHERE application_name = 'marginboard-read'",
    ),
  ).toHaveLength(1);

  const plain = await exporter({});
  expect(await shown(plain)).toBe(expected());
  expect(await replicaOf(plain)).toBeNull();
  expect(await metric(plain, 'read_replica_in_use')).toBeUndefined();
  expect(await metric(plain, 'read_replica_lag_seconds')).toBeUndefined();
});

test('an invoice is right in the next answer although the replica lags, entered here or elsewhere, and after it has caught up', async () => {
  const [one, other] = await Promise.all([exporter(), exporter({})]);
  await reaches(one, 'in_use');
  await servers.pause();
  await enter(one);
  expect(await shown(one)).toBe(expected());
  await reaches(one, 'behind');
  expect(Number(await metric(one, 'read_replica_lag_seconds'))).toBeGreaterThan(0);
  expect(await metric(one, 'read_replica_in_use')).toBe('0');
  await enter(one);
  expect(await shown(one)).toBe(expected());
  await servers.resume();
  await reaches(one, 'in_use');
  expect(await shown(one)).toBe(expected());
  await servers.pause();
  await enter(other);
  await until(async () => (await shown(one)) === expected());
  await servers.resume();
  await reaches(one, 'in_use');
  expect(await shown(one)).toBe(expected());
  expect(one.output().match(/reads go to the primary/g)).toHaveLength(2);
});

test('no request fails while the replica stops, is away and comes back', async () => {
  const one = await exporter();
  await reaches(one, 'in_use');
  let asking = true;
  let answered = 0;
  const reader = async (): Promise<void> => {
    for (; asking; answered += 1) expect(await shown(one)).toBe(expected());
  };
  const readers = Promise.all([reader(), reader(), reader()]);
  await until(async () => answered > 20);
  await servers.stopStandby();
  await reaches(one, 'down');
  expect(await metric(one, 'read_replica_lag_seconds')).toBeUndefined();
  const before = answered;
  await until(async () => answered > before + 20);
  await servers.startStandby();
  await reaches(one, 'in_use');
  asking = false;
  await readers;
  expect((await fetch(`${one.url}/-/ready`)).status).toBe(200);
});

test.skipIf(process.platform !== 'linux')(
  'a replica that hangs keeps nobody waiting for long, and none is needed at the start',
  async () => {
    const one = await exporter();
    await reaches(one, 'in_use');
    await servers.freeze();
    expect(await Promise.all([shown(one), shown(one), shown(one)])).toEqual([expected(), expected(), expected()]);
    await reaches(one, 'down');
    const late = await exporter();
    expect(await shown(late)).toBe(expected());
    servers.thaw();
    await Promise.all([reaches(one, 'in_use'), reaches(late, 'in_use')]);
  },
);
