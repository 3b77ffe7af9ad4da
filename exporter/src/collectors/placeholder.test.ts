import { describe, expect, it } from 'vitest';
import { looksLikePlaceholder } from './placeholder.ts';

describe('looksLikePlaceholder', () => {
  it.each([
    'sk_live_xxxxx',
    'sb_secret_xxxxx',
    'https://xxxxx.supabase.co',
    '<your key>',
    '${SUPABASE_KEY}',
    'changeme',
    'your-api-key',
    'YOUR_API_KEY',
    'replace-me',
    'sb_secret_...',
    'example',
    'https://your-project.supabase.co',
  ])('takes %s for a placeholder', (value) => expect(looksLikePlaceholder(value)).toBe(true));

  it.each([
    'sb_secret_N7UND0UgjKTVK-Uodkm0Hg_xSvEMPvz',
    'eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoic2VydmljZV9yb2xlIn0.abc',
    'http://127.0.0.1:8080',
    'https://abcdefghijklmnopqrst.supabase.co',
    'AC0123456789abcdef',
    'rk_live_51Abc',
  ])('leaves %s alone', (value) => expect(looksLikePlaceholder(value)).toBe(false));
});
