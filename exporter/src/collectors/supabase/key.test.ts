import { describe, expect, it } from 'vitest';
import { SECRET_KEY } from '../../../test/providers/supabase.ts';
import { projectRef } from './key.ts';
import { supabaseReadiness } from './readiness.ts';

const url = 'https://abcdefghijklmnopqrst.supabase.co';
const now = new Date('2026-03-15T00:30:00Z');

function jwt(claims: object): string {
  return ['{"alg":"HS256"}', JSON.stringify(claims), 'signature']
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.');
}

function judge(SUPABASE_KEY: string | undefined, SUPABASE_URL: string | undefined = url) {
  return supabaseReadiness({ SUPABASE_URL, SUPABASE_KEY }, now);
}

describe('Supabase credentials', () => {
  it.each([
    ['a secret key', SECRET_KEY],
    ['a legacy service_role key', jwt({ role: 'service_role', ref: 'abcdefghijklmnopqrst' })],
    ['one that expires later', jwt({ role: 'service_role', exp: 2_000_000_000 })],
  ])('takes %s', (_what, key) => expect(judge(key)).toEqual({ outcome: 'ready' }));

  it.each([
    ['publishable', 'sb_publishable_abcdefghijkl', 'publishable_key'],
    ['anon', jwt({ role: 'anon' }), 'publishable_key'],
    ['expired', jwt({ role: 'service_role', exp: 1_700_000_000 }), 'expired_key'],
    ['with a line break', `${SECRET_KEY}\n${SECRET_KEY}`, 'malformed_key'],
    ['cut off', 'sb_secret_abc', 'malformed_key'],
    ['of another provider', 'rk_live_0123456789', 'malformed_key'],
    ['broken JWT', 'aaaa.bbbb.cccc', 'malformed_key'],
  ])('refuses a key that is %s', (_what, key, reason) => {
    const verdict = judge(key);
    expect(verdict).toMatchObject({ outcome: 'failed', kind: 'auth', reason });
    expect(JSON.stringify(verdict)).toContain('SUPABASE_KEY');
    expect(JSON.stringify(verdict)).not.toContain(key);
  });

  it('names what is missing, and knows the examples', () => {
    expect(supabaseReadiness({ SUPABASE_URL: undefined, SUPABASE_KEY: undefined })).toMatchObject({
      outcome: 'skipped',
      reason: 'not_configured',
      message: expect.stringContaining('SUPABASE_URL and SUPABASE_KEY'),
    });
    expect(supabaseReadiness({ SUPABASE_URL: url, SUPABASE_KEY: undefined })).toMatchObject({
      reason: 'not_configured',
      message: expect.stringMatching(/SUPABASE_KEY/),
    });
    expect(supabaseReadiness({ SUPABASE_URL: undefined, SUPABASE_KEY: SECRET_KEY })).toMatchObject({
      reason: 'not_configured',
      message: expect.stringMatching(/SUPABASE_URL/),
    });
    expect(judge('sb_secret_xxxxx')).toMatchObject({
      outcome: 'skipped',
      reason: 'placeholder_key',
      message: expect.stringMatching(/SUPABASE_KEY/),
    });
    expect(judge(SECRET_KEY, 'https://xxxxx.supabase.co')).toMatchObject({
      outcome: 'skipped',
      reason: 'placeholder_key',
      message: expect.stringMatching(/SUPABASE_URL/),
    });
  });

  it.each(['not an address', 'ftp://x.supabase.co', 'http://acme.supabase.co', 'https://user:secret@acme.supabase.co'])(
    'refuses the address %s',
    (address) => {
      const verdict = judge(SECRET_KEY, address);
      expect(verdict).toMatchObject({
        outcome: 'failed',
        reason: 'malformed_setting',
        message: expect.stringMatching(/^SUPABASE_URL /),
      });
      expect(JSON.stringify(verdict)).not.toContain('user:secret');
    },
  );

  it('finds the project in the address or in a legacy key', () => {
    expect(projectRef(url, SECRET_KEY)).toBe('abcdefghijklmnopqrst');
    expect(projectRef('https://api.acme.test', jwt({ role: 'service_role', ref: 'qrstabcdefghijklmnop' }))).toBe(
      'qrstabcdefghijklmnop',
    );
    expect(projectRef('http://127.0.0.1:1', SECRET_KEY)).toBeUndefined();
  });
});
