import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startApi, type Answer, type TestApi } from '../../../../test/api-server.ts';
import { enterOne, HISTORY, post } from '../../../../test/billing.ts';
import { createTestDatabase, type TestDatabase } from '../../../../test/database.ts';
import { seedFigures, seedSync } from '../../../../test/seed-figures.ts';
import { micros } from '../../../money/format.ts';
import { sumMicros } from '../../../money/micros.ts';
import { sha256Of } from '../../../months/canonical.ts';
import { monthAnswer, monthChangesAnswer, monthClosed, monthList, monthPreview } from './schema.ts';

const NOW = '2026-04-05T12:00:00Z';
const MARCH = '/api/v1/months/2026-03';
const ADMIN_MARCH = '/api/v1/admin/months/2026-03';

let database: TestDatabase;
let api: TestApi;
beforeEach(async () => {
  database = await createTestDatabase();
  await seedFigures(database.pool);
  await seedSync(database.pool, '2026-04-04', '2026-04-05T00:31:00Z');
  api = await startApi(database.url, { env: { NOW } });
});
afterEach(async () => {
  await api.close();
  await database.drop();
});

async function close(): Promise<Answer> {
  const preview = monthPreview.parse((await post(api, `${ADMIN_MARCH}/close/preview`, undefined)).json);
  return post(api, `${ADMIN_MARCH}/close`, { sha256: preview.sha256 });
}

async function changes(role: 'admin' | 'viewer' = 'admin') {
  return monthChangesAnswer.parse((await api.get(`${MARCH}/changes`, role)).json);
}

describe('the statement of a month', () => {
  it('has the figures of the summary over the same days, and lines that add up to them', async () => {
    const summary = await api.get('/api/v1/metrics/summary?from=2026-03-01&to=2026-04-01');
    const { live, state, frozen } = monthAnswer.parse((await api.get(MARCH)).json);
    expect({ state, frozen }).toEqual({ state: 'open', frozen: null });
    expect(summary.json).toMatchObject({
      revenueUsd: live.figures.revenueUsd,
      llmCostUsd: live.figures.llmCostUsd,
      infrastructureCostUsd: live.figures.infrastructureCostUsd,
      paymentFeesUsd: live.figures.paymentFeesUsd,
      netMarginUsd: live.figures.netMarginUsd,
      netMarginRatio: live.figures.netMarginRatio,
      mrrUsd: live.figures.mrrUsd,
    });
    expect(live.figures).toMatchObject({
      revenueUsd: '150.00',
      llmCostUsd: '42.00',
      infrastructureCostUsd: '66.50',
      paymentFeesUsd: '7.50',
      netMarginUsd: '34.00',
      cashUsd: '300.00',
      mrrUsd: '300.00',
    });
    expect(live.providers.find(({ provider }) => provider === 'supabase')).toEqual({
      provider: 'supabase',
      title: 'Supabase',
      costUsd: '14.00',
      sources: [{ source: 'invoice', costUsd: '14.00' }],
    });
    expect(live.days).toHaveLength(31);
    expect(live.complete).toBe(true);
    expect(JSON.stringify(live)).not.toMatch(/anna|bob|cus_/);
  });

  it('ends with the last complete day while the month is running', async () => {
    await api.close();
    await database.pool.query("UPDATE metrics_sync_logs SET day = '2026-03-14'");
    api = await startApi(database.url);
    const { live, state } = monthAnswer.parse((await api.get(MARCH)).json);
    expect({ state, to: live.to, complete: live.complete }).toEqual({
      state: 'running',
      to: '2026-03-15',
      complete: false,
    });
    expect((await api.get('/api/v1/months/2026-04')).status).toBe(404);
    expect((await post(api, `${ADMIN_MARCH}/close/preview`, undefined)).status).toBe(409);
  });

  it('is a CSV whose lines add up, and an HTML document, in the language asked for', async () => {
    const csv = (await api.get(`${MARCH}.csv`)).text.split('\r\n').map((line) => line.split(','));
    const figure = csv.find(([, row, name]) => row === 'figure' && name === 'infrastructure');
    const lines = csv.filter(([, row, name]) => row === 'line' && name === 'infrastructure');
    expect(figure?.[7]).toBe('66.50');
    expect(sumMicros(lines.map((line) => micros(line[7] || null) ?? 0n))).toBe(66_500_000n);
    const html = await api.get(`${MARCH}.html?lang=fr`);
    expect(html.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(html.text).toContain('66,50');
    expect(html.text).not.toMatch(/<nav|<script|anna@/);
    expect((await api.get(`${MARCH}.csv?view=closed`)).status).toBe(404);
  });

  it('refuses what is no month, and says so by name', async () => {
    const answer = await api.get('/api/v1/months/2026-13');
    expect([answer.status, answer.text]).toEqual([400, expect.stringContaining('must be a month such as 2026-03')]);
  });
});

describe('closing a month', () => {
  it('freezes what was previewed, byte for byte, with its hash', async () => {
    const before = await api.get(`${MARCH}.json`);
    const closed = monthClosed.parse((await close()).json);
    expect(closed).toEqual({ month: '2026-03', version: 1, sha256: sha256Of(before.text) });
    await enterOne(api, { provider: 'hetzner', periodStart: '2026-03-01', periodEnd: '2026-04-01', amount: '31.00' });
    const after = await api.get(`${MARCH}.json`);
    expect(after.text).toBe(before.text);
    expect((await api.get(`${MARCH}.json?view=live`)).text).not.toBe(before.text);
    const month = monthAnswer.parse((await api.get(MARCH, 'admin')).json);
    expect(month.state).toBe('closed');
    expect(month.versions).toEqual([
      {
        version: 1,
        action: 'close',
        sha256: closed.sha256,
        at: '2026-04-05T12:00:00.000Z',
        createdBy: 'test',
        reason: null,
      },
    ]);
    expect(month.frozen?.figures.infrastructureCostUsd).toBe('66.50');
    expect(month.live.figures.infrastructureCostUsd).toBe('97.50');
    expect(monthAnswer.parse((await api.get(MARCH, 'viewer')).json).versions[0]?.createdBy).toBeNull();
    expect(monthList.parse((await api.get('/api/v1/months')).json).data).toMatchObject([
      { month: '2026-04', state: 'running', version: null },
      { month: '2026-03', state: 'closed', version: 1, sha256: closed.sha256 },
    ]);
  });

  it('is refused where the figures have moved since the preview, and twice', async () => {
    const preview = monthPreview.parse((await post(api, `${ADMIN_MARCH}/close/preview`, undefined)).json);
    await enterOne(api, { provider: 'hetzner', periodStart: '2026-03-01', periodEnd: '2026-04-01', amount: '31.00' });
    expect((await post(api, `${ADMIN_MARCH}/close`, { sha256: preview.sha256 })).status).toBe(409);
    expect((await close()).status).toBe(200);
    const again = await close();
    expect([again.status, again.text]).toEqual([409, expect.stringContaining('reopen it first')]);
  });

  it('is undone by a new version with its reason, and what was frozen stays', async () => {
    expect((await post(api, `${ADMIN_MARCH}/reopen`, { reason: 'too early' })).status).toBe(409);
    await close();
    expect((await post(api, `${ADMIN_MARCH}/reopen`, {})).status).toBe(400);
    expect((await post(api, `${ADMIN_MARCH}/reopen`, { reason: 'Hetzner was late' })).json).toEqual({
      month: '2026-03',
      version: 2,
      sha256: null,
    });
    expect(monthAnswer.parse((await api.get(MARCH, 'admin')).json)).toMatchObject({
      state: 'reopened',
      frozen: null,
      versions: [{ version: 1 }, { version: 2, action: 'reopen', reason: 'Hetzner was late', createdBy: 'test' }],
    });
    expect((await close()).json).toMatchObject({ version: 3 });
    await expect(database.pool.query("UPDATE month_statements SET reason = 'x'")).rejects.toThrow('append-only');
  });
});

describe('what has changed since a month was closed', () => {
  it('is a 404 before, and nothing right after', async () => {
    expect((await api.get(`${MARCH}/changes`)).status).toBe(404);
    await close();
    expect((await changes()).changes).toEqual([]);
  });

  it('names each invoice, correction, void and what they replaced, with who, when and why', async () => {
    const late = await enterOne(api, {
      provider: 'hetzner',
      invoiceNumber: 'H-1',
      periodStart: '2026-03-01',
      periodEnd: '2026-04-01',
      amount: '31.00',
    });
    await close();
    await post(api, `${HISTORY}/${late.id}/correction`, { amount: '62.00' });
    const gone = await enterOne(api, {
      provider: 'netlify',
      invoiceNumber: 'A-9',
      periodStart: '2026-03-01',
      periodEnd: '2026-04-01',
      amount: '10.00',
    });
    await post(api, `${HISTORY}/${gone.id}/void`, { reason: 'not ours' });
    await enterOne(api, { provider: 'weaviate', periodStart: '2026-03-01', periodEnd: '2026-04-01', amount: '25.00' });
    const { changes: named, figures } = await changes();
    expect(
      named.map(({ cause, provider, differenceUsd, by, reason }) => ({ cause, provider, differenceUsd, by, reason })),
    ).toEqual(
      expect.arrayContaining([
        {
          cause: 'invoice_corrected',
          provider: 'hetzner',
          differenceUsd: '31.00',
          by: 'test',
          reason: null,
        },
        { cause: 'invoice_entered', provider: 'weaviate', differenceUsd: '25.00', by: 'test', reason: null },
        { cause: 'cost_replaced', provider: 'weaviate', differenceUsd: '-21.00', by: null, reason: null },
      ]),
    );
    // It was entered and voided since: nothing of it is in either statement.
    expect(named.some(({ provider }) => provider === 'netlify')).toBe(false);
    expect(figures.find(({ figure }) => figure === 'infrastructure')).toMatchObject({ differenceUsd: '35.00' });
    expect(figures.find(({ figure }) => figure === 'margin')).toMatchObject({
      beforeUsd: '3.00',
      afterUsd: '-32.00',
      differenceUsd: '-35.00',
    });
    for (const change of (await changes('viewer')).changes) expect(change).toMatchObject({ by: null, reason: null });
  });
});
