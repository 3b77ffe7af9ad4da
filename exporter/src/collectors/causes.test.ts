import { describe, expect, it } from 'vitest';
import { CAUSES, remedyOfCause, symptomOf, type Symptom } from './causes.ts';
import { CollectorError } from './errors.ts';

const network = (code: string) =>
  new CollectorError('network', 'network', `no connection to the provider (${code})`, {
    cause: Object.assign(new Error(code), { code }),
  });

describe('causes by what they show', () => {
  it.each<[string, string, Partial<Symptom>, RegExp]>([
    ['paused project', 'Supabase', { status: 540, message: 'answered 540' }, /restore/],
    ['host gone from DNS', 'Supabase', symptomOf(network('ENOTFOUND'), 'Supabase'), /deleted/],
    ['NULL token columns', 'Supabase', { status: 500, message: 'Database error finding users' }, /confirmation_token/],
    [
      'role without billing',
      'Supabase',
      { status: 403, message: 'Supabase /v1/projects/x/billing/addons: 403' },
      /administrator/,
    ],
    [
      'row-level security',
      'Supabase database',
      { code: '42501', message: 'query would be affected by row-level security policy' },
      /BYPASSRLS/,
    ],
    ['missing grant', 'Supabase database', { code: '42501', message: 'permission denied for table users' }, /SELECT/],
    ['wrong password', 'Supabase database', { code: '28P01', message: 'password authentication failed' }, /PASSWORD/],
    [
      'unknown tenant',
      'Supabase database',
      { code: 'XX000', message: 'Tenant or user not found' },
      /<role>\.<project>/,
    ],
    ['IPv6-only host', 'Supabase database', { code: 'ENETUNREACH', message: 'connect ENETUNREACH' }, /pooler/],
    ['no such host', 'Supabase database', { code: 'ENOTFOUND', message: 'getaddrinfo ENOTFOUND' }, /pooler/],
    ['another database', 'Supabase database', { code: '42P01', message: 'relation does not exist' }, /postgres/],
    ['slow database', 'Supabase database', { code: '57014', message: 'canceling statement' }, /index/],
    ['expired cluster', 'Weaviate', symptomOf(network('ENOTFOUND'), 'Weaviate'), /sandbox/],
    ['some collections only', 'Weaviate', { status: 403, message: 'forbidden' }, /read_data/],
    [
      'test credentials',
      'Twilio',
      { status: 403, message: 'Resource not accessible with Test Account Credentials' },
      /live/,
    ],
    ['suspended account', 'Twilio', { status: 401, message: 'Account is not active' }, /suspended/],
    ['locked account', 'DigitalOcean', { status: 403, message: 'Your account is locked' }, /billing/],
  ])('%s', (_name, provider, symptom, remedy) =>
    expect(remedyOfCause({ message: '', ...symptom, provider })).toMatch(remedy),
  );

  it('every cause of the table is shown by a case here, and a plain refusal by none', () => {
    expect(CAUSES).toHaveLength(17);
    for (const provider of ['Supabase', 'Twilio', 'DigitalOcean', 'Stripe'])
      expect(remedyOfCause({ provider, status: 401, message: 'unauthorized' })).toBeUndefined();
  });
});
