import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { json } from 'node:stream/consumers';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startApi, type TestApi } from '../../../test/api-server.ts';
import { enterOne, post } from '../../../test/billing.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts';
import { EXIM, startExim, type Exim } from '../../../test/exim.ts';
import { until } from '../../../test/exporter-process.ts';
import { fakeCollectors } from '../../../test/fake-collector.ts';
import { seedFigures, seedSync } from '../../../test/seed-figures.ts';
import { monthPreview } from '../../api/features/months/schema.ts';
import { statementReader } from '../../app/deliver-statements.ts';
import { createClock } from '../../database/clock.ts';
import { createReader } from '../../database/reader.ts';
import { keepsSessions } from '../../database/pool.ts';
import { createRedactor } from '../../process/redaction.ts';
import { loadSettings, secretsOf } from '../../settings/load.ts';
import { channelsOf } from './channels.ts';
import { deliverDue } from './deliver.ts';

const PASSWORD = 'pl4nted-p4ssword';
const ON_THE_3RD = '2026-04-03T06:00:00Z';

let database: TestDatabase;
let api: TestApi;
beforeEach(async () => {
  database = await createTestDatabase();
  await seedFigures(database.pool);
  await seedSync(database.pool, '2026-03-31', '2026-04-01T00:31:00Z');
  await startAt(ON_THE_3RD);
});
afterEach(async () => {
  await api.close();
  await database.drop();
});

async function startAt(now: string): Promise<void> {
  api = await startApi(database.url, { env: { NOW: now } });
}

/** What one exporter with these settings sends at this time. */
async function deliver(env: Record<string, string>, now = ON_THE_3RD): Promise<number> {
  const settings = loadSettings(env);
  const { redact } = createRedactor(secretsOf(settings));
  const clock = createClock({ now, db: database.pool });
  const reader = createReader(() => database.pool, keepsSessions);
  return deliverDue({
    db: database.pool,
    channels: channelsOf(settings),
    statement: statementReader({ settings, reader, clock, collectors: fakeCollectors() }),
    now: () => clock.now(),
    redact,
    log: pino({ level: 'silent' }),
    signal: new AbortController().signal,
  });
}

async function closeMarch(): Promise<string> {
  const at = '/api/v1/admin/months/2026-03';
  const { sha256 } = monthPreview.parse((await post(api, `${at}/close/preview`, {})).json);
  expect((await post(api, `${at}/close`, { sha256 })).status).toBe(200);
  return sha256;
}

describe.skipIf(EXIM === undefined && process.env['CI'] !== 'true')('by mail, over a real Exim', () => {
  let exim: Exim;
  let env: Record<string, string>;
  beforeEach(async () => {
    exim = await startExim();
    env = {
      SMTP_URL: exim.url,
      SMTP_FROM: 'marginboard@example.com',
      STATEMENT_MAIL_TO: 'ann@example.com, bob@example.com',
    };
  });
  afterEach(() => exim.close());

  it('says on the 3rd what is missing, once whatever exporters there are, and again when the month is closed', async () => {
    await enterOne(api, { provider: 'weaviate', periodStart: '2026-02-01', periodEnd: '2026-03-01', amount: '25.00' });
    expect(await deliver(env, '2026-04-02T23:59:00Z')).toBe(0);
    const both = await Promise.all([deliver(env), deliver(env)]);
    expect(both.toSorted()).toEqual([0, 1]);
    expect(await deliver(env, '2026-04-20T06:00:00Z')).toBe(0);
    const [open] = await until(async () => {
      const mails = await exim.mails();
      return mails.length > 0 && mails;
    });
    expect(open?.subject).toBe('March 2026 is over: invoices are missing');
    expect(open?.messageId).toBe('<2026-03-open-0@example.com>');
    expect(open?.to?.map(({ address }) => address)).toEqual(['ann@example.com', 'bob@example.com']);
    for (const text of [open?.text ?? '', open?.html ?? '']) {
      expect(text).toContain('$150.00');
      expect(text).toContain('Weaviate');
      expect(text).toContain('have no known price');
    }
    expect(open?.html).toMatch(/<img\s+src="cid:days@marginboard"\s+alt="[^"]+"/);
    expect(open?.html).not.toMatch(/<script|<link|https?:\/\//);
    expect(open?.attachments.map(({ filename, mimeType, contentId }) => [filename, mimeType, contentId])).toEqual([
      ['days.png', 'image/png', '<days@marginboard>'],
      ['providers.png', 'image/png', '<providers@marginboard>'],
      ['marginboard-2026-03.html', 'text/html', undefined],
      ['marginboard-2026-03.csv', 'text/csv', undefined],
    ]);

    const sha256 = await closeMarch();
    expect(await deliver({ ...env, STATEMENT_LANGUAGE: 'fr' })).toBe(1);
    expect(await deliver(env)).toBe(0);
    const mails = await until(async () => {
      const found = await exim.mails();
      return found.length > 1 && found;
    });
    expect(mails).toHaveLength(2);
    expect(mails[1]?.subject).toBe('Mars 2026 est clos');
    expect(mails[1]?.html).toContain(sha256);
    expect(mails[1]?.text).toMatch(/Revenus: 150,00\s\$/);
  });
});

describe('what is sent', () => {
  let server: Server;
  let url: string;
  let status: number;
  const received: unknown[] = [];
  beforeEach(async () => {
    status = 200;
    received.length = 0;
    server = createServer((request, response) => {
      void json(request).then((body) => {
        received.push(body);
        response.writeHead(status, { location: 'http://127.0.0.1:9/' }).end(PASSWORD);
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${z.object({ port: z.number() }).parse(server.address()).port}/${PASSWORD}`;
  });
  afterEach(() => void server.close());

  it('to a webhook is JSON with the figures, to Slack its words', async () => {
    const sha256 = await closeMarch();
    expect(await deliver({ STATEMENT_WEBHOOK_URL: url })).toBe(1);
    expect(await deliver({ STATEMENT_SLACK_URL: url })).toBe(1);
    expect(received[0]).toMatchObject({
      event: 'month.closed',
      id: '2026-03-closed-1',
      month: '2026-03',
      version: 1,
      sha256,
      complete: true,
      figures: { revenueUsd: '150.00', netMarginUsd: '34.00' },
    });
    expect(received[1]).toEqual({
      text: expect.stringMatching(/^\*March 2026 is closed\*\n[\s\S]*Net margin: \$34\.00/),
    });
  });

  it('is tried again later after a failure, and what failed is kept without the secret', async () => {
    for (const refused of [500, 302]) {
      status = refused;
      await database.pool.query('DELETE FROM statement_deliveries');
      expect(await deliver({ STATEMENT_WEBHOOK_URL: url })).toBe(0);
      const { rows } = await database.pool.query<{ attempts: number; last_error: string }>(
        'SELECT attempts, last_error FROM statement_deliveries',
      );
      expect(rows).toHaveLength(1);
      expect(rows[0]?.attempts).toBe(1);
      expect(rows[0]?.last_error).not.toContain(PASSWORD);
    }
    status = 200;
    expect(await deliver({ STATEMENT_WEBHOOK_URL: url }, '2026-04-03T06:04:00Z')).toBe(0);
    expect(await deliver({ STATEMENT_WEBHOOK_URL: url }, '2026-04-03T06:05:00Z')).toBe(1);
    expect(received).toHaveLength(3);
  });

  it('names the mail server that cannot be reached, without its password', async () => {
    const env = {
      SMTP_URL: `smtp://me:${PASSWORD}@127.0.0.1:9`,
      SMTP_FROM: 'a@example.com',
      STATEMENT_MAIL_TO: 'b@example.com',
    };
    expect(await deliver(env)).toBe(0);
    const { rows } = await database.pool.query<{ last_error: string }>('SELECT last_error FROM statement_deliveries');
    expect(rows[0]?.last_error).toMatch(/ECONNREFUSED/);
    expect(rows[0]?.last_error).not.toContain(PASSWORD);
  });

  it('is no reminder of a month that was closed in time, nor of one without figures, nor an old closing', async () => {
    await closeMarch();
    await database.pool.query('DELETE FROM statement_deliveries');
    expect(await deliver({ STATEMENT_WEBHOOK_URL: url }, '2026-04-12T06:00:00Z')).toBe(0);
    expect(await deliver({ STATEMENT_WEBHOOK_URL: url }, '2026-05-03T06:00:00Z')).toBe(0);
    expect(await deliver({ STATEMENT_WEBHOOK_URL: url }, '2026-02-03T06:00:00Z')).toBe(0);
  });
});
