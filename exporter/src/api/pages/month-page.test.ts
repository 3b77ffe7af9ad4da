import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startApi, token, type TestApi, type TestApiOptions } from '../../../test/api-server.ts';
import { enterOne, post } from '../../../test/billing.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts';
import { fakeCollectors } from '../../../test/fake-collector.ts';
import { seedFigures, seedSync } from '../../../test/seed-figures.ts';
import { monthPreview } from '../features/months/schema.ts';
import { createPageLinks, type PageLinks } from './page-links.ts';

let database: TestDatabase;
let api: TestApi;
let links: PageLinks;
let time = 0;
beforeEach(async () => {
  database = await createTestDatabase();
  await seedFigures(database.pool);
  await seedSync(database.pool, '2026-03-31', '2026-04-01T00:31:00Z');
  time = 0;
  links = createPageLinks(() => time);
  await start();
});
afterEach(async () => {
  await api.close();
  await database.drop();
});

async function start({ env, deps, ...options }: TestApiOptions = {}): Promise<void> {
  api = await startApi(database.url, {
    env: { NOW: '2026-04-01T08:00:00Z', ...env },
    deps: { pageLinks: links, ...deps },
    ...options,
  });
}

const open = (path: string, init: RequestInit = {}): Promise<Response> =>
  fetch(api.url + path, { redirect: 'manual', ...init });

async function signIn(given: string): Promise<Response> {
  return open('/session', { method: 'POST', body: new URLSearchParams({ token: given }) });
}

/** The cookie that a browser would send back. */
function cookieOf(response: Response): string {
  return (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
}

async function page(path: string, cookie: string, headers: Record<string, string> = {}): Promise<string> {
  const response = await open(path, { headers: { cookie, ...headers } });
  expect(response.status).toBe(200);
  return response.text();
}

describe('the link that the start prints', () => {
  it('is exchanged once for a cookie that no script reads, and leaves no token in the address', async () => {
    const link = `/?token=${links.create()}`;
    const first = await open(link);
    expect([first.status, first.headers.get('location'), first.headers.get('referrer-policy')]).toEqual([
      303,
      '/',
      'no-referrer',
    ]);
    expect(first.headers.get('set-cookie')).toMatch(
      /^marginboard_session=[\w.-]+; Max-Age=43200; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Strict$/,
    );
    expect(await page('/', cookieOf(first))).toContain('The month at a glance: March 2026');
    const again = await open(link);
    expect([again.status, again.headers.get('set-cookie')]).toEqual([401, null]);
    expect(await again.text()).toContain('This link was used already');
    expect(api.logged()).not.toContain(link.slice(10));
  });

  it('is not used up by a browser that looks ahead, and not good after an hour', async () => {
    const link = `/?token=${links.create()}`;
    expect((await open(link, { headers: { 'sec-purpose': 'prefetch' } })).status).toBe(401);
    expect((await open(link)).status).toBe(303);
    const late = `/?token=${links.create()}`;
    time = 3_600_001;
    expect((await open(late)).status).toBe(401);
  });
});

describe('signing in with a token', () => {
  it('works for whoever may read figures, no longer than the token, and is noted', async () => {
    const expiresAt = Math.floor(Date.now() / 1000) + 600;
    const entered = await signIn(await token({ role: 'viewer', subject: 'Anna', expiresAt }));
    expect([entered.status, entered.headers.get('location')]).toEqual([303, '/']);
    expect(entered.headers.get('set-cookie')).toMatch(/Max-Age=(599|600);/);
    expect(await page('/', cookieOf(entered))).toContain('March 2026');
    for (const refused of [await token({ role: 'sync' }), 'nonsense', '']) {
      const answer = await signIn(refused);
      expect([answer.status, answer.headers.get('set-cookie')]).toEqual([401, null]);
    }
    const { rows } = await database.pool.query(
      "SELECT subject, status FROM audit_log WHERE route = '/session' AND subject IS NOT NULL",
    );
    expect(rows).toEqual([{ subject: 'Anna', status: 303 }]);
  });

  it('ends when the token is revoked, and when the browser signs out', async () => {
    const id = crypto.randomUUID();
    const cookie = cookieOf(await signIn(await token({ role: 'viewer', subject: 'Anna', id })));
    await page('/', cookie);
    await api.send('POST', `/api/v1/admin/tokens/${id}/revoke`);
    expect((await open('/months/2026-03', { headers: { cookie } })).status).toBe(401);
    const out = await open('/session/end', { method: 'POST' });
    expect(out.headers.get('set-cookie')).toMatch(/^marginboard_session=; Path=\/; Expires=Thu, 01 Jan 1970/);
  });

  it('a cookie that somebody else signed opens nothing', async () => {
    const forged = await token({ role: 'admin' });
    expect((await open('/months/2026-03', { headers: { cookie: `marginboard_session=${forged}` } })).status).toBe(401);
    expect(await page('/', `marginboard_session=${forged}`)).not.toContain('$150');
  });
});

describe('the page of a month', () => {
  let cookie: string;
  beforeEach(async () => {
    cookie = cookieOf(await signIn(await token({ role: 'viewer' })));
  });

  it('shows the eight panels, where costs come from, what is missing, without script, request or inline style', async () => {
    const response = await open('/months/2026-03', { headers: { cookie } });
    const text = await response.text();
    for (const words of ['$150.00', '$42.00', '$66.50', '$34.00', 'anna@example.com', 'gpt-5', 'anthropic', 'Supabase'])
      expect(text).toContain(words);
    expect(text.match(/<svg xmlns/g)).toHaveLength(5);
    expect(text).toContain('from entered invoices');
    expect(text).toContain('have no known price');
    expect(text).not.toMatch(/<script|<style>[\s\S]*<style|\sstyle=|\son\w+=|https?:\/\/(?!www\.w3\.org)/);
    expect(response.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
    );
    const style = /<style>([\s\S]*)<\/style>/.exec(text)?.[1] ?? '';
    expect(response.headers.get('content-security-policy')).toContain(
      createHash('sha256').update(style).digest('base64'),
    );
    expect(Buffer.byteLength(text)).toBeLessThan(300_000);
  });

  it('speaks the language that is asked for', async () => {
    expect(await page('/months/2026-03?lang=fr', cookie)).toContain('Le mois en un coup d’œil : mars 2026');
    const preferred = await page('/', cookie, { 'accept-language': 'de, fr-CA;q=0.8, en;q=0.5' });
    expect(preferred).toContain('<html lang="fr">');
    expect(preferred).toMatch(/150,00\s\$/);
  });

  it('shows the closed statement, and what has changed since', async () => {
    const at = '/api/v1/admin/months/2026-03';
    const { sha256 } = monthPreview.parse((await post(api, `${at}/close/preview`, {})).json);
    await post(api, `${at}/close`, { sha256 });
    await enterOne(api, {
      provider: 'hetzner',
      invoiceNumber: 'H<1>',
      periodStart: '2026-03-01',
      periodEnd: '2026-04-01',
      amount: '31.00',
    });
    const closed = await page('/months/2026-03', cookie);
    expect(closed).toContain(sha256);
    expect(closed).toContain('Invoice entered – Hetzner, H&lt;1&gt;');
    expect(closed).toContain('+$31.00');
    expect(closed).toContain('$66.50');
    // Names of people are of the moment: never part of what is frozen.
    expect(closed).not.toContain('anna@example.com');
    expect(await page('/months/2026-03?view=live', cookie)).toContain('$97.50');
  });

  it('names nobody to the role `figures`', async () => {
    const figures = cookieOf(await signIn(await token({ role: 'figures' })));
    const text = await page('/months/2026-03', figures);
    expect(text).toContain('$150.00');
    expect(text).not.toMatch(/anna@example|user-anna|bob-0123/);
  });

  it('says what to set while there is no figure at all', async () => {
    await database.pool.query('TRUNCATE component_costs, revenue_daily, llm_model_day, metrics_sync_logs, sync_runs');
    const unset = () => ({ outcome: 'skipped', reason: 'not_configured', message: 'set <STRIPE_SECRET_KEY>' }) as const;
    await api.close();
    await start({ collectors: fakeCollectors({ stripe: { configured: unset } }) });
    const text = await page('/', cookie);
    expect(text).toContain('There are no figures yet');
    expect(text).toMatch(/Stripe<\/th>\s*<td>set &lt;STRIPE_SECRET_KEY&gt;/);
    expect(text).not.toContain('<figure');
  });

  it('says so where there is no such month', async () => {
    for (const month of ['2026-13', '2027-01', 'x'])
      expect((await open(`/months/${month}`, { headers: { cookie } })).status).toBe(404);
  });

  it('is a 503 with words while the database is away', async () => {
    await api.close();
    await start({ deps: { reader: { version: away, snapshot: away } } });
    const response = await open('/', { headers: { cookie } });
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5']);
    expect(await response.text()).toContain('The database does not answer');
  });

  it('says that the database is starting while it is, and opens by itself', async () => {
    await api.close();
    await start({ deps: { reader: { version: away, snapshot: away }, health: { ready: () => false } } });
    const response = await open('/', { headers: { cookie } });
    expect([response.status, response.headers.get('refresh')]).toEqual([503, '2']);
    expect(await response.text()).toContain('The database is starting');
  });

  async function away(): Promise<never> {
    throw Object.assign(new Error('terminating connection'), { code: '57P01' });
  }
});

describe('without signing in', () => {
  it('there is no figure, only the state of the collectors', async () => {
    const start = await (await open('/')).text();
    expect(start).toContain('Collectors');
    expect(start).not.toContain('$');
    expect((await open('/months/2026-03')).status).toBe(401);
  });

  it('a demonstration is open, as long as every figure is invented and no provider is read', async () => {
    const skipped = () => ({ outcome: 'skipped', reason: 'not_configured', message: 'not set' }) as const;
    const none = fakeCollectors(
      Object.fromEntries(
        ['digital_ocean', 'stripe', 'weaviate', 'supabase', 'twilio', 'llm'].map((name) => [
          name,
          { configured: skipped },
        ]),
      ),
    );
    const shows = async (): Promise<boolean> => (await (await open('/')).text()).includes('at a glance');
    await api.close();
    await start({ env: { DEMO: 'true' }, collectors: none });
    expect(await shows()).toBe(false);
    await database.pool.query('UPDATE component_costs SET demo = true; UPDATE revenue_daily SET demo = true');
    expect(await shows()).toBe(true);
    await api.close();
    await start({ env: { DEMO: 'true' } });
    expect(await shows()).toBe(false);
    await api.close();
    await start({ collectors: none });
    expect(await shows()).toBe(false);
  });
});
