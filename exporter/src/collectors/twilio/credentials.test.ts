import { describe, expect, it } from 'vitest';
import type { TwilioSettings } from './client.ts';

import { account, collector, context, server, useTwilio } from '../../../test/providers/twilio-runs.ts';

const NUMBER = '+15551234567';
const KEY_SID = 'SKfedcba9876543210fedcba9876543210';
const KEY_SECRET = 'abcdefghijklmnopqrstuvwxyz012345';

useTwilio();

describe('what the settings alone can tell', () => {
  it.each<[Partial<TwilioSettings>, object]>([
    [
      { TWILIO_ACCOUNT_SID: undefined, TWILIO_AUTH_TOKEN: undefined },
      {
        reason: 'not_configured',
        message: expect.stringContaining('TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN are not set'),
      },
    ],
    [
      { TWILIO_AUTH_TOKEN: undefined },
      { reason: 'not_configured', message: expect.stringMatching(/^TWILIO_AUTH_TOKEN is not set/) },
    ],
    [
      { TWILIO_ACCOUNT_SID: undefined },
      { reason: 'not_configured', message: expect.stringMatching(/^TWILIO_ACCOUNT_SID is not set/) },
    ],
    [{ TWILIO_ACCOUNT_SID: 'ACxxxxx' }, { outcome: 'skipped', reason: 'placeholder_key' }],
    [{ TWILIO_AUTH_TOKEN: 'xxxxx' }, { outcome: 'skipped', reason: 'placeholder_key' }],
    [{ TWILIO_ACCOUNT_SID: 'AC123' }, { outcome: 'failed', kind: 'auth', reason: 'malformed_key' }],
    [
      { TWILIO_ACCOUNT_SID: 'SK0123456789abcdef0123456789abcdef' },
      { reason: 'malformed_key', message: expect.stringContaining('API key') },
    ],
    [{ TWILIO_AUTH_TOKEN: 'two\nlines' }, { outcome: 'failed', kind: 'auth', reason: 'malformed_key' }],
    [{}, { outcome: 'ready' }],
    [
      { TWILIO_AUTH_TOKEN: undefined, TWILIO_API_KEY_SID: KEY_SID, TWILIO_API_KEY_SECRET: KEY_SECRET },
      { outcome: 'ready' },
    ],
    [
      { TWILIO_API_KEY_SID: KEY_SID },
      { reason: 'not_configured', message: expect.stringMatching(/^TWILIO_API_KEY_SECRET is not set/) },
    ],
    [
      { TWILIO_API_KEY_SID: 'AC0123456789abcdef0123456789abcdef', TWILIO_API_KEY_SECRET: KEY_SECRET },
      { reason: 'malformed_key', message: expect.stringContaining('TWILIO_API_KEY_SID') },
    ],
  ])('%j', (overrides, expected) => {
    expect(collector(overrides).configured()).toMatchObject(expected);
  });
});

describe('doctor', () => {
  it('says what the credentials may read', async () => {
    account.unknownCategories = ['mms-outbound'];
    const findings = await collector({ TWILIO_FROM_NUMBER: NUMBER }).diagnose(context());
    expect(findings.map(({ ok }) => ok)).toEqual([true, true, 'warning', true, true]);
    expect(findings[0]?.message).toContain('subaccounts included');
  });

  it('stops at refused credentials, and never asks with missing ones', async () => {
    expect(await collector({ TWILIO_AUTH_TOKEN: 'f'.repeat(32) }).diagnose(context())).toMatchObject([
      { ok: false, remedy: expect.stringContaining('auth token') },
    ]);
    const asked = server.requests.length;
    expect(await collector({ TWILIO_AUTH_TOKEN: undefined }).diagnose(context())).toMatchObject([{ ok: false }]);
    expect(server.requests.length).toBe(asked);
  });
});

it('an API key is sent in place of the auth token, for the same account', async () => {
  await collector({ TWILIO_API_KEY_SID: KEY_SID, TWILIO_API_KEY_SECRET: KEY_SECRET })
    .collect(context())
    .catch(() => undefined);
  const [asked] = server.requests;
  expect(asked?.authorization).toBe(`Basic ${Buffer.from(`${KEY_SID}:${KEY_SECRET}`).toString('base64')}`);
  expect(asked?.path).toContain('/Accounts/AC');
});
