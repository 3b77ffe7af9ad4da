import { describe, expect, it } from 'vitest';
import { DO_TOKEN } from '../../test/providers/digital-ocean.ts';
import { testContext } from '../../test/providers/context.ts';
import { serveProvider, type Answer } from '../../test/providers/serve.ts';
import { stripeSettings } from '../../test/providers/stripe-settings.ts';
import { SECRET_KEY } from '../../test/providers/supabase.ts';
import { TWILIO_SID, TWILIO_TOKEN } from '../../test/providers/twilio.ts';
import { weaviateSettings } from '../../test/providers/weaviate.ts';
import { llmSettings } from '../../test/providers/llm-settings.ts';
import type { Collector, Finding } from './contract.ts';
import { createDigitalOceanCollector } from './digital-ocean/index.ts';
import { createLlmCollector } from './llm/index.ts';
import { createStripeCollector } from './stripe/index.ts';
import { createSupabaseCollector } from './supabase/index.ts';
import { createTwilioCollector } from './twilio/index.ts';
import { createWeaviateCollector } from './weaviate/index.ts';

const ONCE = { tries: 1, minWaitMs: 1, maxWaitMs: 2, maxRetryAfterMs: 5, requestTimeoutMs: 10_000 };

const COLLECTORS: Readonly<Record<string, (url: string) => Collector>> = {
  DigitalOcean: (url) =>
    createDigitalOceanCollector({
      DO_API_TOKEN: DO_TOKEN,
      DO_ACCOUNT_URN: undefined,
      DO_REGISTRY_GC_CHECK: false,
      DO_API_URL: url,
    }),
  Stripe: (url) => createStripeCollector(stripeSettings({ STRIPE_API_URL: url })),
  Twilio: (url) =>
    createTwilioCollector({
      TWILIO_ACCOUNT_SID: TWILIO_SID,
      TWILIO_AUTH_TOKEN: TWILIO_TOKEN,
      TWILIO_FROM_NUMBER: undefined,
      TWILIO_API_URL: url,
    }),
  Supabase: (url) =>
    createSupabaseCollector({
      SUPABASE_URL: url,
      SUPABASE_KEY: SECRET_KEY,
      SUPABASE_DB_URL: undefined,
      SUPABASE_ACCESS_TOKEN: 'sbp_0102030405060708090a0b0c0d0e0f1011121314',
      SUPABASE_API_URL: url,
    }),
  Weaviate: (url) => createWeaviateCollector(weaviateSettings({ WEAVIATE_URL: url, WEAVIATE_GRPC_URL: '127.0.0.1:1' })),
  Prometheus: (url) => createLlmCollector(llmSettings(url, { PROMETHEUS_BEARER_TOKEN: 'x' })),
};

/** What makes a person change a key that is good. */
const ABOUT_THE_KEY =
  /use a secret key|new key|make a new one|give the (key|token)|auth token belongs|create a token|revoked|set PROMETHEUS_/i;

async function failed(collector: Collector, requestTimeoutMs = ONCE.requestTimeoutMs): Promise<Finding[]> {
  const findings = await collector.diagnose(testContext({ retry: { ...ONCE, requestTimeoutMs } }));
  return findings.filter(
    ({ ok, check, message }) =>
      ok !== true && /read|SUPABASE_ACCESS_TOKEN|find/.test(check) && !message.startsWith('not set'),
  );
}

describe.each(Object.entries(COLLECTORS))('the doctor about %s', (_name, make) => {
  it.each<[string, Answer | undefined, RegExp]>([
    ['is not reached', undefined, /_URL|runs at http/],
    ['breaks the connection', { fault: 'reset' }, /_URL|runs at http/],
    ['does not answer', { fault: 'hang' }, /_URL|runs at http/],
    ['fails', { status: 503, json: { message: 'maintenance' } }, /status page|runs at http/],
    ['is a web page', { text: '<html>sign in</html>' }, /_URL/],
  ])('where it %s: the way, not the key', async (fault, answer, remedy) => {
    const server = answer === undefined ? undefined : await serveProvider(() => answer);
    try {
      const findings = await failed(
        make(server?.url ?? 'http://127.0.0.1:1'),
        fault === 'does not answer' ? 250 : undefined,
      );
      expect(findings.length).toBeGreaterThan(0);
      for (const finding of findings) {
        expect(finding.remedy, finding.message).toMatch(remedy);
        expect(finding.remedy).not.toMatch(ABOUT_THE_KEY);
      }
    } finally {
      await server?.close();
    }
  });

  it('where the key is refused: the key', async () => {
    const server = await serveProvider(() => ({
      status: 401,
      json: { message: 'no', error: { type: 'invalid_request_error', message: 'Invalid API Key' } },
    }));
    try {
      const findings = await failed(make(server.url));
      expect(findings[0]?.remedy).toMatch(/key|token/i);
      expect(findings[0]?.remedy).not.toMatch(/not reached|status page/);
    } finally {
      await server.close();
    }
  });
});
