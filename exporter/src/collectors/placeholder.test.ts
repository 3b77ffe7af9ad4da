import { describe, expect, it } from 'vitest';
import { looksLikePlaceholder, looksLikePlaceholderAddress, looksLikePlaceholderOfOwnKey } from './placeholder.ts';

describe('looksLikePlaceholder', () => {
  it.each([
    'sk_live_xxxxx',
    'sb_secret_xxxxx',
    '<your key>',
    '${SUPABASE_KEY}',
    'changeme',
    'your-api-key',
    'YOUR_API_KEY',
    'replace-me',
    'sb_secret_...',
    'example',
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

describe('looksLikePlaceholderAddress', () => {
  it.each([
    'https://xxxxx.supabase.co',
    'xxxxx.weaviate.network',
    'https://xxx.supabase.co',
    'https://my-xxxxx.weaviate.cloud',
    'https://<project>.supabase.co',
    '<your address>',
    '${SUPABASE_URL}',
    'https://your-project.supabase.co',
    'https://your-project-ref.supabase.co/',
    'https://YOUR-CLUSTER.weaviate.network',
    'https://db.example.com',
    'https://supabase.example',
    'https://....supabase.co',
  ])('takes %s for a placeholder', (value) => expect(looksLikePlaceholderAddress(value)).toBe(true));

  it.each([
    'https://my-weaviate.weaviate.cloud',
    'my-weaviate',
    'https://todo-app-4711.weaviate.network',
    'https://my-project.dev',
    'https://my-service.internal:8443',
    'https://example-shop.weaviate.cloud',
    'https://dummy-data.acme.io',
    'https://put-key-store.acme.io',
    'https://change-me-not.org',
    'https://add-service.acme.io',
    'https://maxxxxi.supabase.co',
    'https://your-company.com',
    'https://abcdefghijklmnopqrst.supabase.co',
    'http://127.0.0.1:8080',
    'http://localhost:3000/example',
  ])('leaves %s alone', (value) => expect(looksLikePlaceholderAddress(value)).toBe(false));
});

describe('looksLikePlaceholderOfOwnKey', () => {
  it.each([
    'xxxxx',
    '<key>',
    'changeme',
    'change-me',
    'your-api-key',
    'my-secret-key',
    'your_weaviate_api_key',
    'example',
  ])('takes %s for a placeholder', (value) => expect(looksLikePlaceholderOfOwnKey(value)).toBe(true));

  it.each([
    'todo-app-key-7f3a',
    'my-key-prod-1',
    'example-shop-4711',
    'WvKey0123456789abcdefABCDEF',
    'local-key-for-tests',
  ])('leaves %s alone', (value) => expect(looksLikePlaceholderOfOwnKey(value)).toBe(false));
});
