import pino from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DOVECOT, startDovecot, type Dovecot } from '../../../test/dovecot.ts';
import { until } from '../../../test/exporter-process.ts';
import { emptyInbox, INBOX_NOW, invoiceMail, testInbox } from '../../../test/inbox.ts';
import { useInvoices } from '../../../test/invoices.ts';
import { makeMail } from '../../../test/mail.ts';
import { withTransaction } from '../../database/pool.ts';
import { loadSettings } from '../../settings/load.ts';
import type { Inbox } from '../inbox.ts';
import { readMailbox, type MailboxReading } from './reader.ts';

const books = useInvoices(INBOX_NOW);

describe.skipIf(DOVECOT === undefined && process.env['CI'] !== 'true')('a mailbox on a real Dovecot', () => {
  let dovecot: Dovecot;
  let inbox: Inbox;
  let folder: string;
  let folders = 0;
  const running: { stop: () => Promise<void> }[] = [];
  beforeAll(async () => {
    dovecot = await startDovecot();
  });
  afterAll(() => dovecot.close());
  beforeEach(async () => {
    await emptyInbox(books);
    inbox = testInbox(books);
    folder = `Test${(folders += 1)}`;
  });
  afterEach(async () => {
    for (const one of running.splice(0)) await one.stop();
  });

  function read(env: Readonly<Record<string, string>> = {}, more: Partial<MailboxReading> = {}): string[] {
    const stopping = new AbortController();
    const settings = loadSettings({
      INVOICE_IMAP_URL: dovecot.url(folder),
      INVOICE_IMAP_PASSWORD: dovecot.password,
      ...env,
    });
    const lines: string[] = [];
    const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(line) });
    const reading = readMailbox({
      settings: { ...settings, INVOICE_IMAP_URL: settings.INVOICE_IMAP_URL ?? '' },
      inbox,
      pool: books.pool(),
      transaction: (action) => withTransaction(books.pool(), action),
      clock: { now: async () => new Date() },
      changes: { emit: async () => undefined },
      secret: () => undefined,
      log,
      signal: stopping.signal,
      ...more,
    });
    running.push({
      stop: async () => {
        stopping.abort();
        await reading;
      },
    });
    return lines;
  }

  async function states(): Promise<string[]> {
    const { rows } = await books.pool().query<{ state: string }>('SELECT state FROM invoice_inbox ORDER BY id');
    return rows.map(({ state }) => state);
  }
  const settled = (expected: readonly string[]) =>
    until(async () => JSON.stringify(await states()) === JSON.stringify(expected));

  it('is read as it is, and what the server announces within seconds; nothing in it changes', async () => {
    await dovecot.deliver(invoiceMail(), folder);
    read();
    await settled(['ready']);
    const before = performance.now();
    await dovecot.deliver(invoiceMail({ number: 'X-2', period: 'Apr 1 – May 1, 2026' }), folder);
    await settled(['ready', 'ready']);
    const seconds = (performance.now() - before) / 1_000;
    console.info(`from mail to inbox: ${seconds.toFixed(2)} s`);
    expect(seconds).toBeLessThan(20);
    // No flag after the comma: not seen, not moved, not deleted.
    const files = await dovecot.files(folder);
    expect(files).toHaveLength(2);
    for (const file of files) expect(file.split(':2,')[1] ?? '').toBe('');
  });

  it('with another UIDVALIDITY is read again, and every mail stays one row', async () => {
    await dovecot.deliver(invoiceMail(), folder);
    await dovecot.deliver(makeMail({ subject: 'News', text: 'A new logo.' }), folder);
    read({}, { timing: { firstRetryMs: 200 } });
    await settled(['ready', 'not_an_invoice']);
    const before = await cursorOf();
    await dovecot.changeUidValidity(folder);
    await dovecot.deliver(invoiceMail({ number: 'X-2', period: 'Apr 1 – May 1, 2026' }), folder);
    await settled(['ready', 'not_an_invoice', 'ready']);
    const after = await cursorOf();
    expect([after.last_uid, after.uid_validity !== before.uid_validity]).toEqual(['3', true]);
  });

  async function cursorOf(): Promise<{ last_uid: string; uid_validity: string; connected_at: Date | null }> {
    const { rows } = await books.pool().query('SELECT last_uid, uid_validity, connected_at FROM inbox_cursor');
    return rows[0];
  }

  it('in two folders is one mail and its copy', async () => {
    await dovecot.deliver(invoiceMail(), folder);
    read();
    await settled(['ready']);
    await running.pop()?.stop();
    folder = `${folder}Copy`;
    await dovecot.deliver(invoiceMail({ headers: ['Received: from a by mail.test'] }), folder);
    read();
    await settled(['ready', 'duplicate']);
  });

  it('says which setting is wrong, without the password', async () => {
    await dovecot.deliver(invoiceMail(), folder);
    const wrong = read({ INVOICE_IMAP_PASSWORD: 'wr0ng-p4ssword' });
    await until(async () => wrong.length > 0);
    expect(wrong[0]).toContain('INVOICE_IMAP_PASSWORD: 127.0.0.1 refuses it for ann');
    expect(wrong.join()).not.toContain('wr0ng');
    const missing = read({ INVOICE_IMAP_URL: dovecot.url('Nowhere') });
    await until(async () => missing.length > 0);
    expect(missing[0]).toContain('there is no folder \\"Nowhere\\"');
    const untrusted = read({ INVOICE_IMAP_URL: `imaps://ann@localhost:${dovecot.imapsPort}/${folder}` });
    await until(async () => untrusted.length > 0);
    expect(untrusted[0]).toContain('INVOICE_IMAP_CA: the certificate of localhost');
    expect(await states()).toEqual([]);
  });

  it('is read over TLS with the certificate of an own authority', async () => {
    await dovecot.deliver(invoiceMail(), folder);
    read({ INVOICE_IMAP_URL: `imaps://ann@localhost:${dovecot.imapsPort}/${folder}`, INVOICE_IMAP_CA: dovecot.ca });
    await settled(['ready']);
    expect(
      (await until(async () => (await cursorOf()).connected_at !== null && cursorOf())).connected_at,
    ).not.toBeNull();
  });

  it('is read by one of two exporters, and by the other once that ends', async () => {
    await dovecot.deliver(invoiceMail(), folder);
    const timing = { leaseMs: 1_000 };
    const both = [read({}, { timing }), read({}, { timing })];
    await settled(['ready']);
    expect(both.flat().filter((line) => line.includes('reading the mailbox'))).toHaveLength(1);
    const [first] = both;
    await running[first?.length === 1 ? 0 : 1]?.stop();
    await until(async () => both.every((lines) => lines.length === 1));
    await dovecot.deliver(invoiceMail({ number: 'X-2', period: 'Apr 1 – May 1, 2026' }), folder);
    await settled(['ready', 'ready']);
  });

  it('is read on after the server was away', async () => {
    await dovecot.deliver(invoiceMail(), folder);
    const lines = read({}, { timing: { firstRetryMs: 200 } });
    await settled(['ready']);
    await dovecot.stop();
    await until(async () => lines.some((line) => line.includes('cannot be reached or broke off')));
    await dovecot.start();
    await dovecot.deliver(invoiceMail({ number: 'X-2', period: 'Apr 1 – May 1, 2026' }), folder);
    await settled(['ready', 'ready']);
  });
});
