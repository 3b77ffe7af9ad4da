import { DOCTOR_PATH } from '../contract/doctor.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApi, type TestApi } from '../../test/api-server.ts';
import { createTestDatabase, type TestDatabase } from '../../test/database.ts';
import { fakeCollectors } from '../../test/fake-collector.ts';
import { isStorageAway } from '../database/errors.ts';
import { toProblem } from './http/errors.ts';
import { problemSchema } from './http/problem.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  await database.drop();
});

async function withApi(url: string, act: (api: TestApi) => Promise<void>, options = {}): Promise<void> {
  const api = await startApi(url, options);
  try {
    await act(api);
  } finally {
    await api.close();
  }
}

/** Where nobody listens. */
const AWAY = 'postgres://nobody@127.0.0.1:1/none';

describe('rows 13 and 14: the database is away', () => {
  it('every call that needs it is a 503 problem, the others answer', async () => {
    await withApi(AWAY, async (api) => {
      const needing = api.routes.filter(
        ({ doc: { method, path } }) => method === 'get' && !path.includes('{') && path !== DOCTOR_PATH,
      );
      for (const { doc } of needing) {
        const answer = await api.get(`/api/v1${doc.path}`, 'admin');
        expect([doc.path, answer.status]).toEqual([doc.path, 503]);
        expect(answer.headers.get('retry-after')).toBe('5');
        expect(problemSchema.parse(answer.json).detail).toBe(
          'The database does not answer or is not ready. Try again shortly.',
        );
        expect(answer.text).not.toMatch(/ECONNREFUSED|127\.0\.0\.1|\.ts:|nobody/);
      }
      expect((await api.send('POST', '/api/v1/metrics/sync-all')).status).toBe(503);
      expect(
        (await api.send('PUT', '/api/v1/admin/budgets', { body: '{"provider":"all","monthUsd":"1"}' })).status,
      ).toBe(503);
      expect((await api.get(`/api/v1${DOCTOR_PATH}`, 'admin')).status).toBe(200);
      expect((await fetch(`${api.url}/metrics`)).status).toBe(200);
      expect((await fetch(`${api.url}/-/healthy`)).status).toBe(200);
    });
  });

  it('comes back by itself after every connection was cut', async () => {
    await withApi(database.url, async (api) => {
      const status = async () => (await api.get('/api/v1/metrics/summary')).status;
      expect(await status()).toBe(200);
      await database.pool.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()
          AND application_name = 'marginboard'`,
      );
      await expect.poll(status).toBe(200);
    });
  });

  it('a database that is not migrated yet is a 503 too', async () => {
    const empty = new URL(database.url);
    empty.pathname = '/template1';
    await withApi(empty.href, async (api) => expect((await api.get('/api/v1/metrics/summary')).status).toBe(503));
  });

  it.each([
    ['53100', 503],
    ['53300', 503],
    ['25006', 503],
    ['57P01', 503],
    ['08006', 503],
    ['57014', 503],
    ['23505', 500],
    ['42601', 500],
  ])('row 15: SQLSTATE %s is %i', (code, status) => {
    const error = Object.assign(new Error("from Postgres, with a value that is nobody's business"), { code });
    expect(isStorageAway(error)).toBe(status === 503);
    expect(JSON.stringify(toProblem(error))).not.toContain('business');
    expect(toProblem(error).status).toBe(status);
    expect(toProblem(error).message.includes('Cannot write: disk full')).toBe(code === '53100');
  });
});

describe('the start page', () => {
  it('shows states and reasons without a token, escaped, without scripts', async () => {
    const hostile = {
      configured: () =>
        ({ outcome: 'skipped', reason: 'not_configured', message: '<script>alert("x")</script>' }) as const,
    };
    await withApi(
      database.url,
      async (api) => {
        await api.send('POST', '/api/v1/metrics/sync-all');
        const page = await fetch(api.url);
        const text = await page.text();
        expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
        expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-/);
        expect(text).toContain('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;');
        expect(text).not.toContain('<script');
        expect(text).toMatch(/DigitalOcean<\/th><td class="succeeded">succeeded/);
        expect(text).not.toContain('class="demo"');
      },
      { collectors: fakeCollectors({ twilio: hostile }) },
    );
  });

  it('says that figures are invented', async () => {
    await database.pool.query("INSERT INTO revenue_daily (day, recognised_usd, demo) VALUES ('2020-01-01', 1, true)");
    await withApi(database.url, async (api) => expect(await (await fetch(api.url)).text()).toContain('class="demo"'));
  });

  it('answers while the database is down', async () => {
    await withApi(AWAY, async (api) => {
      const page = await fetch(api.url);
      expect(page.status).toBe(200);
      expect(await page.text()).toContain('The database does not answer');
    });
  });
});

describe('a fault of our own', () => {
  it('is a 500 without a stack, and the log has it', async () => {
    const metrics = { render: async () => Promise.reject(new Error('planted-fault')), observeRequest: () => undefined };
    await withApi(
      database.url,
      async (api) => {
        const answer = await api.get('/metrics');
        expect([answer.status, answer.json]).toEqual([
          500,
          { type: 'about:blank', title: 'Internal Server Error', status: 500 },
        ]);
        expect(api.logged()).toContain('planted-fault');
      },
      { deps: { metrics } },
    );
  });

  it('an auth server that fails costs the e-mails, not the figures', async () => {
    await database.pool.query(
      "INSERT INTO llm_user_day (user_id, day, cost_usd) VALUES ('0123456789', '2026-03-14', 1)",
    );
    const emails = { emailsOf: async () => Promise.reject(new Error('auth server is away')) };
    await withApi(
      database.url,
      async (api) => {
        expect((await api.get('/api/v1/metrics/cost-by-user')).json).toMatchObject({
          data: [{ email: 'user-01234567', costUsd: '1.00' }],
        });
      },
      { deps: { emails } },
    );
  });
});
