import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { QUICK_RETRY, testContext } from '../../../test/providers/context.ts';
import { faults, listen, type Fault } from '../../../test/providers/loopback.ts';
import { SECRET_KEY, startFakeSupabase, userId, type FakeSupabase } from '../../../test/providers/supabase.ts';
import { createSupabaseCollector } from './index.ts';

let server: FakeSupabase;
beforeEach(async () => {
  server = await startFakeSupabase({
    users: Array.from({ length: 2_500 }, (_, index) => ({ id: userId(index) })),
    buckets: { b: [{ path: 'x', size: 7 }] },
  });
});
afterEach(() => server.close());

const USERS = '/auth/v1/admin/users';

function collect(context = testContext(), url = server.url) {
  return createSupabaseCollector({
    SUPABASE_URL: url,
    SUPABASE_KEY: SECRET_KEY,
    SUPABASE_DB_URL: undefined,
    SUPABASE_ACCESS_TOKEN: undefined,
    SUPABASE_API_URL: server.url,
  }).collect(context);
}

describe('reliability rows', () => {
  it('1: waits for Retry-After, repeats and counts every attempt', async () => {
    server.failNext(USERS, faults.status(429, { msg: 'slow down' }, { 'retry-after': '1' }));
    const context = testContext();
    expect((await collect(context)).data.users).toBe(2_500n);
    expect(context.codes.slice(0, 2)).toEqual(['429', '200']);
  });

  it.each([
    ['for ever', '0', 3],
    ['with an hour of waiting', '3600', 1],
  ])('2: 429 %s is rate_limited', async (_what, after, attempts) => {
    server.failNext(USERS, faults.status(429, {}, { 'retry-after': after }), Number.POSITIVE_INFINITY);
    const context = testContext();
    await expect(collect(context)).rejects.toMatchObject({
      kind: 'rate_limited',
      reason: 'rate_limited',
      retryable: true,
    });
    expect(context.codes).toHaveLength(attempts);
  });

  it.each([500, 502, 503])('3: %i and then fine', async (status) => {
    server.failNext(USERS, faults.status(status));
    server.failNext('/storage', faults.status(status));
    expect((await collect()).data).toMatchObject({ users: 2_500n, storageBytes: 7n });
  });

  it.each([
    [401, { message: 'Invalid API key' }, 'invalid_key'],
    [403, { code: 403, error_code: 'bad_jwt', msg: 'invalid JWT: signature is invalid' }, 'invalid_key'],
    [403, { code: 403, error_code: 'not_admin', msg: 'User not allowed' }, 'missing_permission'],
  ])('4: %i is auth, and asked once', async (status, body, reason) => {
    server.failNext(USERS, faults.status(status, body));
    const context = testContext();
    await expect(collect(context)).rejects.toMatchObject({
      kind: 'auth',
      reason,
      retryable: false,
      message: expect.stringContaining('SUPABASE_KEY'),
    });
    expect(context.codes).toEqual([String(status)]);
  });

  it.each([
    ['never answers', faults.hang()],
    ['stops in the body', faults.stall()],
  ])('5, 6: a server that %s is a timeout, and its socket is closed', async (_what, fault) => {
    server.failNext(USERS, fault, Number.POSITIVE_INFINITY);
    await expect(
      collect(testContext({ retry: { ...QUICK_RETRY, tries: 2, requestTimeoutMs: 200 } })),
    ).rejects.toMatchObject({ kind: 'timeout', reason: 'timeout' });
    await expect.poll(() => server.pending()).toBe(0);
  });

  it("5: the collector's own budget ends everything", async () => {
    server.failNext('/storage', faults.hang(), Number.POSITIVE_INFINITY);
    await expect(collect(testContext({ signal: AbortSignal.timeout(300) }))).rejects.toMatchObject({ kind: 'timeout' });
    await expect.poll(() => server.pending()).toBe(0);
  });

  it('6: a huge body is cut off', async () => {
    server.failNext(USERS, faults.huge(200 * 1024 * 1024));
    await expect(collect()).rejects.toMatchObject({ kind: 'bad_payload', message: expect.stringContaining('16 MiB') });
  });

  const bad: [string, Fault][] = [
    ['a web page', faults.text('<html><body>Welcome</body></html>', 'text/html')],
    ['an empty body', faults.text('')],
    ['truncated JSON', faults.text('{"users": [{"id": "')],
    ['null', faults.text('null')],
    ['users: null', faults.text('{"users": null}')],
    ['no users', faults.text('{"aud": "authenticated"}')],
    ['a number for an id', faults.text('{"users": [{"id": 7}]}')],
    ['no time', faults.text('{"users": [{"id": "a", "last_sign_in_at": "NaN"}]}')],
  ];
  it.each(bad)('7, 8: %s is bad_payload', async (_what, fault) => {
    server.failNext(USERS, fault, Number.POSITIVE_INFINITY);
    await expect(collect()).rejects.toMatchObject({ kind: 'bad_payload', reason: 'bad_response' });
  });

  it.each(['1e30', '-1', '"7"', '1.5', 'NaN'])('8: an object of size %s is not added up', async (size) => {
    server.failNext(
      '/storage/v1/object',
      faults.text(`[{"name": "x", "id": "1", "metadata": {"size": ${size}}}]`),
      Number.POSITIVE_INFINITY,
    );
    const { data, warnings } = await collect();
    expect(data).toMatchObject({ users: 2_500n, storageBytes: null });
    expect(warnings[0]).toMatchObject({ code: 'storage_skipped' });
  });

  it('8: one bad row of users costs only itself', async () => {
    const rows = [{ id: null }, { id: 'a', last_sign_in_at: 'NaN' }, { id: userId(1) }];
    server.failNext(USERS, faults.text(JSON.stringify({ users: rows })));
    const { data, warnings } = await collect();
    expect(data.users).toBe(3n);
    expect(warnings[0]).toMatchObject({ code: 'user_rows_unusable', count: 2 });
  });

  it('8: a malformed link header is no crash', async () => {
    server.failNext(
      USERS,
      (_request, response) =>
        void response.writeHead(200, { 'content-type': 'application/json', link: 'nonsense' }).end('{"users": []}'),
      Number.POSITIVE_INFINITY,
    );
    await expect(collect()).rejects.toMatchObject({ kind: 'bad_payload' });
  });

  it('9: unknown fields are tolerated', async () => {
    server.failNext(USERS, faults.text(JSON.stringify({ users: [{ id: userId(1), shoe_size: 43 }], moon: 'full' })));
    expect((await collect()).data.users).toBe(1n);
  });

  it('10: 2,500 rows are all counted; a repeated page is a loop; a failing page fails the whole', async () => {
    expect((await collect()).data.users).toBe(2_500n);
    const page = JSON.stringify({ users: Array.from({ length: 1_000 }, (_, index) => ({ id: userId(index) })) });
    server.failNext(USERS, faults.text(page), 2);
    await expect(collect()).rejects.toMatchObject({ kind: 'bad_payload', reason: 'page_loop' });
    server.failNext(USERS, faults.text(page));
    server.failNext(USERS, faults.status(400, { msg: 'page 2 is broken' }));
    await expect(collect()).rejects.toMatchObject({ kind: 'upstream', reason: 'api_error' });
  });

  it('10: a listing of objects that repeats is a loop', async () => {
    const page = JSON.stringify(
      Array.from({ length: 1_000 }, (_, index) => ({ name: `o${index}`, id: userId(index), metadata: { size: 1 } })),
    );
    server.failNext('/storage/v1/object', faults.text(page), Number.POSITIVE_INFINITY);
    const { data, warnings } = await collect();
    expect(data.storageBytes).toBeNull();
    expect(warnings[0]).toMatchObject({ code: 'storage_skipped', message: expect.stringContaining('same page') });
  });

  it('10: folders without end are given up with a reason, not half counted', async () => {
    server.failNext(
      '/storage/v1/object',
      faults.text('[{"name": "again", "id": null, "metadata": null}]'),
      Number.POSITIVE_INFINITY,
    );
    const { data, warnings } = await collect();
    expect(data.storageBytes).toBeNull();
    expect(warnings[0]).toMatchObject({ code: 'storage_skipped', message: expect.stringContaining('SUPABASE_DB_URL') });
  });

  it('a reset connection and a closed port are network', async () => {
    server.failNext(USERS, faults.reset(), Number.POSITIVE_INFINITY);
    await expect(collect()).rejects.toMatchObject({ kind: 'network', reason: 'network' });
    const closed = await listen(() => undefined);
    await closed.close();
    await expect(collect(testContext(), closed.url)).rejects.toMatchObject({ kind: 'network' });
  });

  it('never follows a redirect: the key would go along', async () => {
    const thief = await listen(() => ({ body: { users: [] } }));
    try {
      server.failNext(
        USERS,
        faults.status(302, {}, { location: `${thief.url}/auth/v1/admin/users` }),
        Number.POSITIVE_INFINITY,
      );
      await expect(collect()).rejects.toMatchObject({ kind: 'upstream', message: expect.stringContaining('redirect') });
      expect(thief.seen).toEqual([]);
    } finally {
      await thief.close();
    }
  });

  it('33: a provider that echoes the key gets it into no message and no log', async () => {
    server.failNext(USERS, faults.status(400, { msg: `bad key ${SECRET_KEY}` }), Number.POSITIVE_INFINITY);
    const context = testContext();
    const error = await collect(context).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Error);
    expect(error instanceof Error ? `${error.message} ${error.stack ?? ''}` : '').not.toContain(SECRET_KEY);
    expect(context.logged.join('')).not.toContain(SECRET_KEY);
  });
});
