import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { JWT_SECRET, startApi, token, type TestApi } from '../../../test/api-server.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts';
import { seedFigures } from '../../../test/seed-figures.ts';
import { auditLog, tokens } from '../features/access/schema.ts';
import { createVerifier } from './verify.ts';

let database: TestDatabase;
let api: TestApi;
/** Another exporter on the same database. */
let other: TestApi;
beforeAll(async () => {
  database = await createTestDatabase();
  api = await startApi(database.url);
  other = await startApi(database.url);
});
afterAll(async () => {
  await api.close();
  await other.close();
  await database.drop();
});

const FIGURES = '/api/v1/metrics/summary';
const statusWith = async (server: TestApi, jwt: string, path = FIGURES): Promise<number> =>
  (await server.send('GET', path, { headers: { authorization: `Bearer ${jwt}` } })).status;
const listed = async () => tokens.parse((await api.get('/api/v1/admin/tokens', 'admin')).json).data;

describe('tokens with an id', () => {
  it('are listed from their first use, and refused everywhere once revoked', async () => {
    const id = randomUUID();
    const jwt = await token({ id, subject: 'wall display', role: 'viewer' });
    expect([await statusWith(api, jwt), await statusWith(other, jwt)]).toEqual([200, 200]);
    await expect.poll(async () => (await listed()).find((row) => row.id === id)?.lastUsedAt).toBeTruthy();
    expect((await listed()).find((row) => row.id === id)).toMatchObject({
      name: 'wall display',
      role: 'viewer',
      createdAt: null,
      revokedAt: null,
    });
    const revoked = await api.send('POST', `/api/v1/admin/tokens/${id}/revoke`);
    expect(revoked.status, revoked.text).toBe(200);
    expect(tokens.parse(revoked.json).data[0]).toMatchObject({ id, revokedBy: 'test' });
    expect(await statusWith(api, jwt)).toBe(401);
    await expect.poll(() => statusWith(other, jwt), { timeout: 15_000, interval: 500 }).toBe(401);
    // A second time keeps who did it first.
    expect(tokens.parse((await api.send('POST', `/api/v1/admin/tokens/${id}/revoke`)).json).data[0]?.revokedAt).toBe(
      tokens.parse(revoked.json).data[0]?.revokedAt,
    );
    expect(JSON.stringify(await listed())).not.toContain(jwt);
  });

  it('say what is wrong with an id', async () => {
    expect((await api.send('POST', '/api/v1/admin/tokens/7/revoke')).status).toBe(400);
    const unknown = await api.send('POST', `/api/v1/admin/tokens/${randomUUID()}/revoke`);
    expect([unknown.status, unknown.text.includes('/admin/tokens')]).toEqual([404, true]);
  });

  it('without an id, as older releases made them, are accepted and not listed', async () => {
    const before = (await listed()).length;
    expect(await statusWith(api, await token({ subject: 'old' }))).toBe(200);
    expect(await listed()).toHaveLength(before);
  });
});

describe('names and roles in tokens', () => {
  const verify = (roleClaim: string) => createVerifier({ secret: JWT_SECRET, roleClaim });

  it('control and invisible characters are not part of a name', async () => {
    const caller = (subject: string) =>
      token({ subject }).then(async (jwt) => {
        const verdict = await verify('role')(jwt);
        return 'caller' in verdict ? verdict.caller.subject : verdict.refused;
      });
    expect(await caller('an\u0000na\u001b[31m\u202e\u200b')).toBe('anna[31m');
    expect(await caller('\u0000\u200b ')).toBe('unknown');
    expect(await caller('x'.repeat(300))).toHaveLength(200);
  });

  it.each(['https://example.com/role', 'realm_access.role', 'role'])('the claim %s is found', async (roleClaim) => {
    expect(await verify(roleClaim)(await token({ roleClaim, role: 'admin' }))).toMatchObject({
      caller: { role: 'admin' },
    });
  });

  it('a claim whose exact name has dots comes before the path', async () => {
    const { SignJWT } = await import('jose');
    const jwt = await new SignJWT({ 'app.role': 'viewer', app: { role: 'admin' } })
      .setProtectedHeader({ alg: 'HS256' })
      .setExpirationTime('1h')
      .sign(new TextEncoder().encode(JWT_SECRET));
    expect(await verify('app.role')(jwt)).toMatchObject({ caller: { role: 'viewer' } });
  });
});

describe('the audit log', () => {
  const entries = async (query = '') =>
    auditLog.parse((await api.get(`/api/v1/admin/audit-log${query}`, 'admin')).json).data;

  it('names who wrote, exported or was refused, and nothing of what they sent', async () => {
    const secret = 'planted-secret-in-a-body';
    const id = randomUUID();
    const jwt = await token({ id, subject: 'bookkeeper', role: 'admin' });
    const authorised = { authorization: `Bearer ${jwt}` };
    await api.send('PUT', '/api/v1/admin/budgets', {
      headers: authorised,
      body: JSON.stringify({ provider: 'all', monthUsd: '900.00', notes: secret }),
    });
    await api.send('PUT', '/api/v1/admin/budgets?x=planted-secret-in-a-query', {
      headers: authorised,
      body: JSON.stringify({ provider: 'all', monthUsd: '900.00' }),
    });
    await api.send('GET', '/api/v1/export/focus.csv', { role: 'viewer' });
    await api.send('POST', '/api/v1/admin/billing-adjustments/7/void', { role: 'viewer', body: '{}' });
    await fetch(`${api.url}/api/v1/admin/budgets`, { method: 'PUT', body: secret });
    await expect.poll(async () => (await entries()).length).toBeGreaterThanOrEqual(5);
    const found = (await entries()).slice(0, 5).map(({ subject, role, method, route, target, status }) => ({
      subject,
      role,
      at: `${method} ${route}`,
      target,
      status,
    }));
    expect(found).toEqual([
      { subject: null, role: null, at: 'PUT /admin/budgets', target: null, status: 401 },
      { subject: 'test', role: 'viewer', at: 'POST /admin/billing-adjustments/{id}/void', target: '7', status: 403 },
      { subject: 'test', role: 'viewer', at: 'GET /export/focus.csv', target: null, status: 200 },
      { subject: 'bookkeeper', role: 'admin', at: 'PUT /admin/budgets', target: null, status: 400 },
      { subject: 'bookkeeper', role: 'admin', at: 'PUT /admin/budgets', target: null, status: 400 },
    ]);
    expect((await entries())[3]?.tokenId).toBe(id);
    expect(JSON.stringify(await entries())).not.toMatch(/planted-secret|eyJ/);
  });

  it('pages, newest first, and refuses what it does not know', async () => {
    const first = auditLog.parse((await api.get('/api/v1/admin/audit-log?limit=2', 'admin')).json);
    expect(first.data).toHaveLength(2);
    const second = auditLog.parse(
      (await api.get(`/api/v1/admin/audit-log?limit=2&cursor=${first.nextCursor ?? ''}`, 'admin')).json,
    );
    expect(Number(second.data[0]?.id)).toBeLessThan(Number(first.data[1]?.id));
    for (const bad of ['?cursor=x', '?limit=0', '?from=2026-03-02&to=2026-03-01', '?user=1'])
      expect((await api.get(`/api/v1/admin/audit-log${bad}`, 'admin')).status).toBe(400);
  });

  it('a flood without a token fills no table', async () => {
    const count = async (): Promise<number> =>
      Number((await database.pool.query('SELECT count(*) AS n FROM audit_log WHERE subject IS NULL')).rows[0]?.n);
    const before = await count();
    const flood = Array.from({ length: 150 }, () =>
      fetch(`${api.url}/api/v1/admin/budgets`, { method: 'PUT' }).then(async (answer) => answer.text()),
    );
    await Promise.all(flood);
    await expect.poll(count).toBeGreaterThan(before);
    // Two minutes, where the clock turns in between.
    expect((await count()) - before).toBeLessThanOrEqual(120);
  });
});

describe('the role figures', () => {
  beforeAll(async () => {
    await seedFigures(database.pool);
  });

  it('reads figures, and neither entries nor exports nor people', async () => {
    for (const path of ['summary', 'revenue-vs-costs', 'cost-by-user', 'margin-by-customer', 'sync-status'])
      expect([path, (await api.get(`/api/v1/metrics/${path}`, 'figures')).status]).toEqual([path, 200]);
    for (const path of ['admin/billing-adjustments', 'admin/budgets', 'export/focus.csv', 'admin/customer-users'])
      expect([path, (await api.get(`/api/v1/${path}`, 'figures')).status]).toEqual([path, 403]);
    expect((await api.get('/api/v1/metrics/cost-by-user?user=anna@example.com', 'figures')).status).toBe(400);
  });

  it('sees the same amounts under pseudonyms that stay the same', async () => {
    const period = '?from=2026-03-01&to=2026-03-15';
    const rowsOf = async (path: string, role: 'viewer' | 'figures') =>
      z
        .object({ data: z.array(z.record(z.string(), z.unknown())) })
        .parse((await api.get(`/api/v1/metrics/${path}${period}`, role)).json).data;
    for (const [path, names] of [
      ['cost-by-user', ['userId', 'email']],
      ['margin-by-customer', ['customer', 'name', 'email']],
    ] as const) {
      const named = await rowsOf(path, 'viewer');
      const hidden = await rowsOf(path, 'figures');
      const amounts = (rows: typeof named) =>
        rows.map((row) =>
          Object.fromEntries(Object.entries(row).filter(([key]) => !names.some((name) => name === key))),
        );
      expect(amounts(hidden)).toEqual(amounts(named));
      expect(JSON.stringify(hidden)).not.toMatch(/anna|bob|carl|cus_|@/);
      expect(await rowsOf(path, 'figures')).toEqual(hidden);
      expect(named.length).toBeGreaterThan(2);
    }
  });
});
