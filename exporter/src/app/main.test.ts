import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/database.ts';
import { REAL, startExporter, until, type ExporterProcess } from '../../test/exporter-process.ts';
import { mintToken } from '../api/auth/mint.ts';

/** A provider that refuses everything and repeats each secret it was sent, as careless ones do. */
async function echoServer(): Promise<{ server: Server; url: string; asked: Set<string> }> {
  const asked = new Set<string>();
  const server = createServer((request, response) => {
    asked.add((request.url ?? '').split('?')[0] ?? '');
    const said = [request.url, ...Object.values(request.headers)].join(' ');
    const basic = /Basic (\S+)/.exec(said)?.[1] ?? '';
    const message = `refused: ${said} ${Buffer.from(basic, 'base64').toString()}`;
    response.writeHead(400, { 'content-type': 'application/json', 'x-request-id': said.slice(0, 200) });
    response.end(
      JSON.stringify({
        id: message,
        message,
        msg: message,
        error: { type: 'api_error', message },
        code: 20003,
        more_info: message,
        errorType: 'bad_data',
        status: 'error',
      }),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    server,
    asked,
    url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
  };
}

let database: TestDatabase;
let provider: Awaited<ReturnType<typeof echoServer>>;
let exporter: ExporterProcess | undefined;

beforeEach(async () => {
  database = await createTestDatabase();
  provider = await echoServer();
});
afterEach(async () => {
  if (exporter?.child.exitCode === null) await exporter.end('SIGKILL');
  provider.server.closeAllConnections();
  provider.server.close();
  await database.drop();
});

const SECRETS = {
  DO_API_TOKEN: `dop_v1_${'b7'.repeat(32)}`,
  STRIPE_SECRET_KEY: 'rk_live_51Nq8ZtKpLmWv3Xy7RbTcUfGh',
  WEAVIATE_API_KEY: 'wv8Kq2ZtNpLmWv3Xy7RbTc',
  TWILIO_AUTH_TOKEN: '9f8e7d6c5b4a39281706f5e4d3c2b1a0',
  SUPABASE_KEY: 'sb_secret_Zk8Qw2ErTyUiOpAsDfGhJk',
  SUPABASE_ACCESS_TOKEN: 'sbp_4f1e2d3c4b5a69788796a5b4c3d2e1f0a1b2c3d4',
  PROMETHEUS_BEARER_TOKEN: 'prom-bearer-Xy7RbTcUfGhJk',
  METRICS_TOKEN: 'metrics-token-Xy7RbTcUfGhJk',
  JWT_SECRET: 'jwt-secret-Xy7RbTcUfGhJk-0123456789abcdef',
};

test('row 33: secrets that every provider repeats in its refusal are in no log, page, answer or row', async () => {
  const url = provider.url;
  exporter = await startExporter(
    {
      ...SECRETS,
      LOG_LEVEL: 'trace',
      DATABASE_URL: database.url,
      SYNC_SCHEDULE: 'off',
      TWILIO_ACCOUNT_SID: `AC${'3d'.repeat(16)}`,
      DO_API_URL: url,
      STRIPE_API_URL: url,
      TWILIO_API_URL: url,
      SUPABASE_URL: url,
      SUPABASE_API_URL: url,
      PROMETHEUS_URL: url,
      WEAVIATE_URL: url,
      WEAVIATE_GRPC_URL: url.replace('http://', ''),
    },
    REAL,
  );
  const { url: base } = exporter;
  await until(async () => (await fetch(`${base}/-/ready`)).status === 200);
  const token = await mintToken(SECRETS.JWT_SECRET, {
    role: 'admin',
    subject: 'test',
    expiresAt: Math.floor(Date.now() / 1000) + 600,
    roleClaim: 'role',
  });
  const authorization = { authorization: `Bearer ${token}` };
  const sync = await fetch(`${base}/api/v1/metrics/sync-all`, { method: 'POST', headers: authorization });
  const answer = await sync.text();
  expect(sync.status).toBe(502);
  expect(provider.asked.size).toBeGreaterThan(4);
  const pages = await Promise.all(
    ['/', '/api/v1/metrics/sync-status', '/api/v1/metrics/sync-logs', '/api/v1/metrics/summary', '/nope'].map(
      async (path) => (await fetch(base + path, { headers: authorization })).text(),
    ),
  );
  const metrics = await (
    await fetch(`${base}/metrics`, { headers: { authorization: `Bearer ${SECRETS.METRICS_TOKEN}` } })
  ).text();
  const rows = await database.pool.query(
    `SELECT (SELECT json_agg(l) FROM metrics_sync_logs l)::text || (SELECT json_agg(r) FROM sync_runs r)::text
     || coalesce((SELECT json_agg(s) FROM collector_samples s)::text, '') AS all`,
  );
  await exporter.end('SIGTERM');
  const everything = {
    answer,
    pages: pages.join('\n'),
    metrics,
    rows: JSON.stringify(rows.rows),
    output: exporter.output(),
  };
  // The provider's words got through, without the key.
  expect(answer).toContain('[redacted]');
  expect(everything.metrics).toContain('marginboard_collector_last_run_outcome{collector="stripe",outcome="failed"} 1');
  for (const [where, text] of Object.entries(everything)) {
    expect(text.length, where).toBeGreaterThan(100);
    for (const [name, secret] of Object.entries({
      ...SECRETS,
      token,
      basic: btoa(`AC${'3d'.repeat(16)}:${SECRETS.TWILIO_AUTH_TOKEN}`).slice(60, 84),
    }))
      expect(text.includes(secret), `${name} in ${where}`).toBe(false);
  }
}, 90_000);
