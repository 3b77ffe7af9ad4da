import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { apiContext } from '../../test/api-context.ts';
import { startApi, token } from '../../test/api-server.ts';
import { problemSchema } from './http/problem.ts';

const context = apiContext();

const SUMMARY = '/api/v1/metrics/summary';
const bearer = (value: string) => ({ headers: { authorization: `Bearer ${value}` } });

describe('bad parameters are a 400 that names the field', () => {
  it.each([
    ['/metrics/summary?form=2026-01-01', 'form'],
    ['/metrics/summary?from=2026-02-30', 'from'],
    ['/metrics/summary?from=yesterday', 'from'],
    ['/metrics/summary?from=2026-01-01&from=2026-01-02', 'from'],
    ['/metrics/summary?from=1999-12-31', 'from'],
    ['/metrics/summary?to=9999-12-31', 'to'],
    ['/metrics/summary?from=2026-03-02&to=2026-03-02', 'from'],
    ['/metrics/summary?from=2026-03-02&to=2026-03-01', 'from'],
    ['/metrics/summary?from=2027-01-01', 'from'],
    ['/metrics/summary?from=2019-01-01&to=2026-01-01', 'from'],
    ['/metrics/summary?revenue=mrr', 'revenue'],
    ['/metrics/cost-by-user?limit=0', 'limit'],
    ['/metrics/cost-by-user?limit=1001', 'limit'],
    ['/metrics/cost-by-user?limit=-1', 'limit'],
    ['/metrics/cost-by-user?limit=1e3', 'limit'],
    ['/metrics/cost-by-user?limit=', 'limit'],
    ['/metrics/cost-by-user?cursor=nonsense', 'cursor'],
    ['/metrics/cost-by-user?cursor=WyJOYU4iLCJ4Il0', 'cursor'],
    ['/metrics/cost-by-user?user=%00', 'user'],
    [`/metrics/cost-by-user?model=${'m'.repeat(201)}`, 'model'],
    ['/metrics/metrics-monthly-summary?months=0', 'months'],
    ['/metrics/metrics-monthly-summary?months=6&from=2026-01-01', 'months'],
    ['/metrics/metrics-monthly-summary?groupBy=user', 'groupBy'],
    ['/metrics/infrastructure-costs?provider=%3Cscript%3E', 'provider'],
    ['/metrics/sync-logs?cursor=0', 'cursor'],
    ['/metrics/sync-logs?cursor=99999999999999999999', 'cursor'],
    ['/metrics/sync-logs?outcome=ok', 'outcome'],
    ['/metrics/sync-logs?collector=paypal', 'collector'],
    ['/metrics/sync-runs/17', 'id'],
    ['/admin/budgets?history=maybe', 'history'],
    ['/metrics/sync-status?__proto__=1', '__proto__'],
  ])('%s → %s', async (path, field) => {
    const answer = await context.api.get(`/api/v1${path}`);
    expect(answer.status, answer.text).toBe(400);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(problemSchema.parse(answer.json).errors?.map((error) => error.field)).toEqual([field]);
  });

  const huge = `{"provider":"${'x'.repeat(1_100_000)}"}`;
  it.each([
    ['PUT', '/admin/budgets', '{"provider":"all","monthUsd":"-1"}', 400, 'monthUsd'],
    ['PUT', '/admin/budgets', '{"provider":"all","monthUsd":12.5}', 400, 'monthUsd'],
    ['PUT', '/admin/budgets', '{"provider":"all","monthUsd":"1e308"}', 400, 'monthUsd'],
    ['PUT', '/admin/budgets', '{"provider":"all","monthUsd":"0.00"}', 400, 'monthUsd'],
    ['PUT', '/admin/budgets', '{"provider":"all"}', 400, 'monthUsd'],
    ['PUT', '/admin/budgets', '{"provider":"a b","monthUsd":"1"}', 400, 'provider'],
    ['PUT', '/admin/budgets', '{"provider":"all","monthUsd":"1","x":1}', 400, 'x'],
    ['PUT', '/admin/budgets', '{"provider":', 400, 'body'],
    ['PUT', '/admin/budgets', 'null', 400, 'body'],
    ['PUT', '/admin/budgets', '', 400, 'monthUsd'],
    ['PUT', '/admin/budgets', '{"monthUsd":"1"}', 400, 'provider'],
    ['POST', '/metrics/sync-all', '[]', 400, 'body'],
    ['POST', '/metrics/sync-all', '{"collectors":["paypal"]}', 400, 'collectors.0'],
    ['POST', '/metrics/sync-all', '{"collectors":[]}', 400, 'collectors'],
    ['POST', '/metrics/sync-all', '{"force":"yes"}', 400, 'force'],
    ['POST', '/metrics/sync-all?wait=soon', '{}', 400, 'wait'],
    ['PUT', '/admin/budgets', '1.1 MB', 413, undefined],
  ])('%s %s %s', async (method, path, body, status, field) => {
    const answer = await context.api.send(method, `/api/v1${path}`, { body: body === '1.1 MB' ? huge : body });
    expect(answer.status, answer.text).toBe(status);
    expect(problemSchema.parse(answer.json).errors?.[0]?.field).toBe(field);
  });

  it('a body that is not JSON is a 415 that says what to send', async () => {
    const answer = await context.api.send('POST', '/api/v1/metrics/sync-all', {
      body: '{}',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(answer.status).toBe(415);
    expect(problemSchema.parse(answer.json).detail).toContain('Content-Type: application/json');
    expect(
      (
        await context.api.send('POST', '/api/v1/metrics/sync-all', {
          body: '{}',
          headers: { 'content-encoding': 'zstd-9' },
        })
      ).status,
    ).toBe(415);
  });
});

describe('answers', () => {
  it('404 and 405 are problems, 405 with Allow', async () => {
    expect((await context.api.get('/api/v1/nothing')).json).toMatchObject({ status: 404 });
    expect((await context.api.get('/nothing')).json).toMatchObject({ status: 404 });
    const wrong = await context.api.send('DELETE', '/api/v1/admin/budgets');
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET, PUT, HEAD']);
    expect((await context.api.send('POST', '/metrics')).headers.get('allow')).toBe('GET, HEAD');
    expect((await context.api.get('/api/v1/metrics/sync-runs/%E0%A4%A')).status).toBe(400);
  });

  it('are revalidated by ETag and compressed', async () => {
    const first = await context.api.get('/api/v1/metrics/revenue-vs-costs');
    expect(first.headers.get('cache-control')).toBe('private, no-cache');
    expect(first.headers.get('content-encoding')).toBe('gzip');
    const etag = first.headers.get('etag') ?? '';
    expect(etag).not.toBe('');
    const again = await context.api.send('GET', '/api/v1/metrics/revenue-vs-costs', {
      headers: { 'if-none-match': etag },
    });
    expect([again.status, again.text]).toEqual([304, '']);
    await context.database.pool.query("INSERT INTO revenue_daily (day, mrr_usd) VALUES ('2026-03-10', 5)");
    const changed = await context.api.send('GET', '/api/v1/metrics/revenue-vs-costs', {
      headers: { 'if-none-match': etag },
    });
    expect(changed.status).toBe(200);
  });

  it('carry security headers and no trace of the framework', async () => {
    const { headers } = await context.api.get(SUMMARY);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('x-powered-by')).toBeNull();
  });

  it('are observed by route pattern, method and code', async () => {
    context.api.observed.length = 0;
    await context.api.get('/api/v1/metrics/sync-runs/00000000-0000-4000-8000-000000000000');
    await context.api.get('/api/v1/secret-user-id');
    await context.api.get(SUMMARY);
    expect(context.api.observed).toEqual([
      { method: 'GET', route: '/api/v1/metrics/sync-runs/{id}', code: 404 },
      { method: 'GET', route: 'unmatched', code: 404 },
      { method: 'GET', route: SUMMARY, code: 200 },
    ]);
  });

  it('row 33: tokens and query strings never reach the log', async () => {
    const made = await token();
    await context.api.send('GET', `${SUMMARY}?token=planted-secret-123`, bearer(made));
    expect(context.api.logged()).toContain(SUMMARY);
    await context.api.get(`/api/v1/${made}/x`);
    expect(context.api.logged()).toContain('/api/v1/[long]/x');
    expect(context.api.logged()).not.toContain('planted-secret-123');
    expect(context.api.logged()).not.toContain(made);
  });

  it('a broken request line gets an answer or a closed socket, and the process lives', async () => {
    const socket = connect(Number(new URL(context.api.url).port), '127.0.0.1');
    socket.on('error', () => undefined);
    socket.end('GET /api/v1/metrics/summary HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \u0001\r\n\r\n');
    await new Promise((resolve) => socket.resume().once('close', resolve));
    expect((await context.api.get(SUMMARY)).status).toBe(200);
  });
});

describe('pages without a token', () => {
  const open = (path: string, base = context.api.url) => fetch(base + path);

  it('probes, metrics and the document', async () => {
    expect((await open('/-/healthy')).status).toBe(200);
    expect((await open('/-/ready')).status).toBe(200);
    const page = await open('/metrics');
    expect(page.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(await page.text()).toContain('marginboard_build_info');
    expect(await (await open('/openapi.json')).json()).toMatchObject({ openapi: '3.1.0' });
  });

  it('/metrics asks for METRICS_TOKEN where it is set, /-/ready says 503 until it is', async () => {
    const closed = await startApi(context.database.url, {
      env: { METRICS_TOKEN: 'metrics-token-of-16' },
      deps: { health: { ready: () => false } },
    });
    try {
      const status = async (value?: string) =>
        (await fetch(`${closed.url}/metrics`, value === undefined ? {} : bearer(value))).status;
      expect([await status(), await status('metrics-token-of-17'), await status('metrics-token-of-16')]).toEqual([
        401, 401, 200,
      ]);
      expect((await open('/-/ready', closed.url)).status).toBe(503);
      expect((await open('/-/healthy', closed.url)).status).toBe(200);
    } finally {
      await closed.close();
    }
  });
});
