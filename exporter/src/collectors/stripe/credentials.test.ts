import { describe, expect, it } from 'vitest';
import { collectContext } from '../../../test/collect-context.ts';
import { emptyAccount, EXPIRED_KEY } from '../../../test/providers/stripe.ts';
import { flat, invoice, item, line, subscription } from '../../../test/providers/stripe-objects.ts';
import { stripeSettings } from '../../../test/providers/stripe-settings.ts';
import { stripeContext } from '../../../test/stripe-context.ts';
import { createStripeCollector, type StripeSettings } from './index.ts';

const stripe = stripeContext(() => ({ ...emptyAccount(), subscriptions: [subscription([item(flat(2_000))])] }));

const collector = (overrides: Partial<StripeSettings> = {}) =>
  createStripeCollector(stripeSettings({ STRIPE_API_URL: stripe.server.url, ...overrides }));
const context = (overrides: Parameters<typeof collectContext>[2] = {}) =>
  collectContext(stripe.database.pool, '2026-03-15T00:30:00Z', overrides);

describe('what the key alone can tell', () => {
  it.each([
    [
      undefined,
      { outcome: 'skipped', reason: 'not_configured', message: expect.stringContaining('STRIPE_SECRET_KEY') },
    ],
    ['', { outcome: 'skipped', reason: 'not_configured' }],
    ['sk_live_xxxxx', { outcome: 'skipped', reason: 'placeholder_key' }],
    ['sk_live_...', { outcome: 'skipped', reason: 'placeholder_key' }],
    ['your_key_here', { outcome: 'skipped', reason: 'placeholder_key' }],
    ['sk_test_placeholder', { outcome: 'skipped', reason: 'placeholder_key' }],
    ['pk_live_51AbCdEfGhIjKlMnOpQr', { outcome: 'failed', kind: 'auth', reason: 'publishable_key' }],
    ['pk_test_51AbCdEfGhIjKlMnOpQr', { outcome: 'failed', kind: 'auth', reason: 'publishable_key' }],
    ['sk_live_51AbCdEf\nGhIjKlMnOpQr', { outcome: 'failed', kind: 'auth', reason: 'malformed_key' }],
    ['sk_live_51AbCdEf GhIjKlMnOpQr', { outcome: 'failed', kind: 'auth', reason: 'malformed_key' }],
    ['live_sk_51AbCdEfGhIjKlMnOpQr', { outcome: 'failed', kind: 'auth', reason: 'malformed_key' }],
    [
      'whsec_51AbCdEfGhIjKlMnOpQr',
      { outcome: 'failed', kind: 'auth', reason: 'malformed_key', message: expect.stringContaining('webhook') },
    ],
    [
      'sk_org_live_51AbCdEfGhIjKlMnOpQr',
      { outcome: 'failed', kind: 'auth', reason: 'malformed_key', message: expect.stringContaining('organisation') },
    ],
    [
      'sk_live_51Ab',
      { outcome: 'failed', kind: 'auth', reason: 'malformed_key', message: expect.stringContaining('too short') },
    ],
    [
      'sk_test_51AbCdEfGhIjKlMnOpQr',
      { outcome: 'skipped', reason: 'test_mode_refused', message: expect.stringContaining('STRIPE_ALLOW_TEST_MODE') },
    ],
    ['rk_test_51AbCdEfGhIjKlMnOpQr', { outcome: 'skipped', reason: 'test_mode_refused' }],
    ['sk_live_51AbCdEfGhIjKlMnOpQr', { outcome: 'ready' }],
    ['rk_live_51AbCdEfGhIjKlMnOpQr', { outcome: 'ready' }],
  ])('%j', (key, expected) => {
    const judged = collector({ STRIPE_SECRET_KEY: key }).configured();
    expect(judged).toMatchObject(expected);
    if (key?.includes('51Ab')) expect(JSON.stringify(judged)).not.toContain(key.slice(8));
  });

  it('a test key counts where the setting allows it', async () => {
    stripe.account.subscriptions = [subscription([item(flat(2_000))], { livemode: false })];
    const allowed = collector({ STRIPE_SECRET_KEY: 'sk_test_123', STRIPE_ALLOW_TEST_MODE: true });
    expect(allowed.configured()).toEqual({ outcome: 'ready' });
    expect((await allowed.collect(context())).data.snapshot.mrrUsd).toBe(20_000_000n);
  });

  it('test data behind a live key is refused', async () => {
    stripe.account.subscriptions = [subscription([item(flat(2_000))], { livemode: false })];
    await expect(collector().collect(context())).rejects.toMatchObject({
      name: 'SkipError',
      reason: 'test_mode_refused',
    });
    stripe.account.subscriptions = [];
    stripe.account.invoices = [invoice('2026-03-01', [line(1, '2026-03-01', '2026-03-02')], { livemode: false })];
    await expect(collector().collect(context())).rejects.toMatchObject({ reason: 'test_mode_refused' });
  });
});

describe('doctor', () => {
  it('names each list that the key may not read, and the remedy', async () => {
    stripe.account.forbidden = [
      { path: /coupons|credit_notes/, permission: '' },
      { path: /invoices|invoice_payments/, permission: 'rak_invoice_read' },
    ];
    const findings = await collector().diagnose(context());
    expect(findings.filter(({ check }) => check !== 'history').map(({ check, ok }) => [check, ok])).toEqual([
      ['STRIPE_SECRET_KEY', true],
      ['read subscriptions', true],
      ['read invoices', 'warning'],
      ['read balance transactions', true],
      ['read prices', true],
      ['read credit notes', 'warning'],
      ['read refunds', true],
      ['read disputes', true],
      ['read charges', true],
      ['read invoice payments', 'warning'],
      ['read billing credits', true],
      ['read customers', true],
      ['read coupons', 'warning'],
    ]);
    expect(findings[2]).toMatchObject({
      message: expect.stringContaining('rak_invoice_read'),
      remedy: expect.stringContaining('Invoices: read'),
    });
    expect(stripe.server.requests.every(({ query }) => query.limit === '1')).toBe(true);
  });

  it('stops at a key that is refused', async () => {
    const findings = await collector({ STRIPE_SECRET_KEY: EXPIRED_KEY }).diagnose(context());
    expect(findings.at(-1)).toMatchObject({
      check: 'read subscriptions',
      ok: false,
      message: expect.stringContaining('expired_key'),
    });
    expect(stripe.server.requests).toHaveLength(1);
  });

  it.each([
    [undefined, 'warning', 'not_configured'],
    ['pk_live_51AbCdEfGhIjKlMnOpQr', false, 'publishable_key'],
    ['sk_test_51AbCdEfGhIjKlMnOpQr', 'warning', 'test_mode_refused'],
  ])('%s: no request at all', async (key, ok, reason) => {
    expect(await collector({ STRIPE_SECRET_KEY: key }).diagnose(context())).toEqual([
      expect.objectContaining({ ok, message: expect.stringContaining(reason) }),
    ]);
    expect(stripe.server.requests).toHaveLength(0);
  });

  it('says that live keys answer with test data', async () => {
    stripe.account.subscriptions = [subscription([item(flat(2_000))], { livemode: false })];
    expect((await collector().diagnose(context())).find(({ check }) => check === 'live mode')).toMatchObject({
      ok: false,
    });
  });
});
