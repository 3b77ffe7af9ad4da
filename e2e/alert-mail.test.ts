import { expect, it } from 'vitest';
import { z } from 'zod';
import { until } from '../exporter/test/providers/prometheus.ts';
import { findAlertmanager, findPrometheus } from '../provisioning/programs.ts';
import { startAlertStack, type AlertStack } from './alert-stack.ts';
import { startMailServer, startWebhook } from './receivers.ts';

/** In CI both are there; a missing one is a failure, not a skip. */
const missing =
  process.env['CI'] !== 'true' &&
  [findPrometheus(process.env), findAlertmanager(process.env)].some(({ path }) => path === undefined);
const PASSWORD = 'a "password" with: #signs';

const stored = z.object({ data: z.array(z.object({ id: z.string() })) });
const listed = z.array(z.object({ labels: z.record(z.string(), z.string()), status: z.object({ state: z.string() }) }));
const ruled = z.object({
  data: z.object({ alerts: z.array(z.object({ state: z.string(), labels: z.record(z.string(), z.string()) })) }),
});

async function enterInvoice({ api }: AlertStack, invoiceNumber: string): Promise<string> {
  // 10.00 a day: 150.00 from the 1st to the 15th.
  const entered = await api('POST', '/admin/billing-adjustment', {
    provider: 'weaviate',
    invoiceNumber,
    periodStart: '2026-03-01',
    periodEnd: '2026-04-01',
    amount: '310.00',
    currency: 'USD',
  });
  expect(entered.status).toBe(201);
  return stored.parse(entered.json).data[0]?.id ?? '';
}

async function post({ alertmanager }: AlertStack, labels: Record<string, string>, summary: string): Promise<void> {
  const answer = await fetch(`${alertmanager}/api/v2/alerts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify([{ labels, annotations: { summary, description: summary } }]),
  });
  expect(answer.status).toBe(200);
}

const inAlertmanager = async ({ alertmanager }: AlertStack) =>
  listed
    .parse(await (await fetch(`${alertmanager}/api/v2/alerts`)).json())
    .map(({ labels, status }) => `${labels['alertname'] ?? ''} ${status.state}`);
const inPrometheus = async ({ prometheus }: AlertStack) =>
  ruled
    .parse(await (await fetch(`${prometheus}/api/v1/alerts`)).json())
    .data.alerts.filter(({ state }) => state === 'firing')
    .map(({ labels }) => labels['alertname']);

it.skipIf(missing)(
  'a budget that is passed mails once, once when it is over, and an absent exporter silences the rest',
  { timeout: 180_000 },
  async () => {
    const [smtp, webhook] = await Promise.all([startMailServer('marginboard', PASSWORD), startWebhook()]);
    const stack = await startAlertStack({
      now: '2026-03-15T12:00:00Z',
      env: {
        ALERT_EMAIL_TO: 'founder@example.com, ops@example.com',
        ALERT_EMAIL_FROM: 'marginboard@example.com',
        ALERT_SMTP_SERVER: smtp.address,
        ALERT_SMTP_TLS: 'false',
        ALERT_SMTP_USERNAME: 'marginboard',
        ALERT_SMTP_PASSWORD: PASSWORD,
        ALERT_WEBHOOK_URL: webhook.url,
        ALERT_RUNBOOK_URL: 'https://git.example.com/blob/main',
      },
    });
    const subjects = () => smtp.mails.map(({ subject }) => subject);
    const mailed = async (count: number): Promise<void> => {
      await until(() => Promise.resolve(smtp.mails.length >= count), 60_000).catch(() =>
        expect(subjects()).toHaveLength(count),
      );
    };
    try {
      expect(stack.summary).toBe('Alerts are sent by mail to founder@example.com, ops@example.com and to the webhook.');
      expect((await stack.api('PUT', '/admin/budgets', { provider: 'weaviate', monthUsd: '100.00' })).status).toBe(200);
      expect((await stack.api('GET', '/admin/budgets')).json).toMatchObject({
        data: [
          { provider: 'all', monthUsd: '1000.00', source: 'settings' },
          { provider: 'weaviate', monthUsd: '100.00', source: 'api' },
        ],
      });
      const invoice = await enterInvoice(stack, 'W-1');

      await mailed(1);
      const [first] = smtp.mails;
      expect(first).toMatchObject({
        user: 'marginboard',
        from: 'marginboard@example.com',
        to: ['founder@example.com', 'ops@example.com'],
        subject: '[Marginboard] weaviate is over its budget: 150.00 USD this month',
      });
      for (const part of [first?.text, first?.html]) {
        expect(part).toContain('The month to date costs 150.00 USD, more than the budget of 100.00 USD for weaviate.');
        expect(part).toContain('https://git.example.com/blob/main/docs/alerts.md#monthbudgetexceeded');
        expect(part).toMatch(/Since \d{4}-\d\d-\d\d \d\d:\d\d UTC/);
      }
      await until(() => Promise.resolve(webhook.received.length === 1));
      expect(webhook.received[0]).toMatchObject({
        status: 'firing',
        alerts: [{ labels: { alertname: 'MonthBudgetExceeded', provider: 'weaviate', severity: 'warning' } }],
      });

      expect(
        (await stack.api('POST', `/admin/billing-adjustments/${invoice}/void`, { reason: 'typed twice' })).status,
      ).toBe(201);
      await mailed(2);
      expect(smtp.mails[1]?.subject).toBe('[Marginboard] Resolved: weaviate is over its budget: 150.00 USD this month');
      expect(smtp.mails[1]?.text).toMatch(
        /^RESOLVED: weaviate is over its budget[^]*It lasted from [^]* UTC; the figures above are those of its last moment/,
      );
      await until(() => Promise.resolve(webhook.received.length === 2));
      expect(webhook.received[1]).toMatchObject({
        status: 'resolved',
        alerts: [{ status: 'resolved', labels: { alertname: 'MonthBudgetExceeded' } }],
      });

      // Over it again, and then the exporter goes: that is the message, and nothing is "resolved" by it.
      await enterInvoice(stack, 'W-2');
      await mailed(3);
      await stack.stopExporter();
      await mailed(4);
      await until(async () => (await inPrometheus(stack)).join() === 'ExporterAbsent', 60_000);
      await until(async () => (await inAlertmanager(stack)).join() === 'ExporterAbsent active', 60_000);
      // What another replica of Prometheus might still say.
      await post(
        stack,
        {
          alertname: 'DataStale',
          product: 'marginboard',
          severity: 'warning',
          collector: 'stripe',
          provider: 'stripe',
        },
        'The data of stripe are older than 36 hours',
      );
      await until(async () => (await inAlertmanager(stack)).includes('DataStale suppressed'));
      // Two messages of another product, an interval of the group between them: whatever was to come has come.
      await post(stack, { alertname: 'Marker', number: '1' }, 'first');
      await mailed(5);
      await post(stack, { alertname: 'Marker', number: '2' }, 'second');
      await mailed(6);
      expect(subjects()).toEqual([
        '[Marginboard] weaviate is over its budget: 150.00 USD this month',
        '[Marginboard] Resolved: weaviate is over its budget: 150.00 USD this month',
        '[Marginboard] weaviate is over its budget: 150.00 USD this month',
        '[Marginboard] The Marginboard exporter does not answer',
        '[Marginboard] first',
        '[Marginboard] 2 alerts Marker',
      ]);
      expect(webhook.received.map(({ status }) => status)).toEqual([
        'firing',
        'resolved',
        'firing',
        'firing',
        'firing',
        'firing',
      ]);
    } finally {
      await stack.close();
      await Promise.all([smtp.close(), webhook.close()]);
    }
  },
);
