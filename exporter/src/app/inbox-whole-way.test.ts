import { createTransport } from 'nodemailer';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { BUILT, buildExporter } from '../../test/built-exporter.ts';
import { DOVECOT, startDovecot, type Dovecot } from '../../test/dovecot.ts';
import { EXIM, SIGNED_HELO, startExim, type Exim } from '../../test/exim.ts';
import { startExporter, until, type ExporterProcess } from '../../test/exporter-process.ts';
import { DOCUMENT_KEY, emptyInbox, INBOX_NOW, invoiceMail, SIGNED, testInbox } from '../../test/inbox.ts';
import { useInvoices } from '../../test/invoices.ts';
import { makeMail } from '../../test/mail.ts';
import { mintToken } from '../api/auth/mint.ts';

// Processes of their own start slowly beside other tests.
vi.setConfig({ testTimeout: 120_000 });

const JWT_SECRET = 'a-test-secret-of-more-than-32-bytes!';
/** Some of them invoices: every twentieth. */
const MAILS = 40;
const books = useInvoices(INBOX_NOW);

describe.skipIf((DOVECOT === undefined || EXIM === undefined) && process.env['CI'] !== 'true')(
  'a mail from an Exim by a Dovecot to the exporter',
  () => {
    let dovecot: Dovecot;
    let exim: Exim;
    const running: ExporterProcess[] = [];
    beforeAll(async () => {
      // As it is run: from the sources each reading thread would compile them again.
      await buildExporter();
      dovecot = await startDovecot();
      exim = await startExim({ maildir: dovecot.maildir });
    });
    afterAll(async () => {
      await exim.close();
      await dovecot.close();
    });
    beforeEach(() => emptyInbox(books));
    afterEach(async () => {
      await Promise.all(running.splice(0).map((one) => one.end('SIGKILL')));
    });

    async function exporter(folder = 'INBOX'): Promise<ExporterProcess> {
      const one = await startExporter(
        {
          DATABASE_URL: books.url(),
          NOW: INBOX_NOW,
          SYNC_SCHEDULE: 'off',
          JWT_SECRET,
          DOCUMENT_KEY,
          INVOICE_IMAP_URL: dovecot.url(folder),
          INVOICE_IMAP_PASSWORD: dovecot.password,
          INBOX_TRUSTED_SENDERS: 'supabase.example',
          INBOX_AUTHSERV_ID: 'mail.test',
        },
        BUILT,
      );
      running.push(one);
      return one;
    }

    async function send(mail: Buffer, name: string): Promise<void> {
      const transport = createTransport({ url: exim.url, name, ignoreTLS: true });
      await transport.sendMail({ envelope: { from: 'a@supabase.example', to: 'ann@mail.test' }, raw: mail });
      transport.close();
    }

    async function get(one: ExporterProcess, path: string): Promise<string> {
      const expiresAt = Math.floor(Date.now() / 1_000) + 3_600;
      const token = await mintToken(JWT_SECRET, { role: 'admin', subject: 'ann', expiresAt, roleClaim: 'role' });
      return (await fetch(one.url + path, { headers: { authorization: `Bearer ${token}` } })).text();
    }

    async function mails(): Promise<{ id: string; state: string; subject: string }[]> {
      const { rows } = await books.pool().query('SELECT id::text, state, subject FROM invoice_inbox ORDER BY uid');
      return z.array(z.object({ id: z.string(), state: z.string(), subject: z.string() })).parse(rows);
    }

    it('waits until it is confirmed, and counts from then on at the API and at /metrics', async () => {
      const one = await exporter();
      await send(invoiceMail({ headers: [] }), SIGNED_HELO);
      // The sender wrote the header by itself, in the name of the own server: Exim takes it out.
      await send(invoiceMail({ headers: [SIGNED], number: 'FORGED-1', amount: '$900.00' }), 'evil.test');
      const [good, forged] = await until(async () => {
        const all = await mails();
        return all.length === 2 && all.every(({ state }) => state !== 'new') && all;
      });
      expect([good?.state, forged?.state]).toEqual(['ready', 'needs_attention']);
      const march = '/api/v1/metrics/infrastructure-costs?from=2026-03-01&to=2026-03-02';
      expect(await get(one, march)).toContain('"supabaseUsd":null');
      expect(await until(async () => (await get(one, '/metrics')).includes('inbox_mails{state="ready"} 1\n'))).toBe(
        true,
      );
      expect(await get(one, '/metrics')).toMatch(/inbox_last_connection_timestamp_seconds\{source="imap"\} \d/);
      await testInbox(books).confirmInboxRow(good?.id ?? '', { author: 'ann' });
      await until(async () => (await get(one, march)).includes('"supabaseUsd":"1.00"'));
      await until(async () => /cost_month_to_date_usd\{[^}]*supabase[^}]*\} 15\n/.test(await get(one, '/metrics')));
      expect(one.output()).not.toContain(dovecot.password);
    });

    it('is stored once, though the reader is killed in mid-fetch and started again', async () => {
      const folder = 'Many';
      for (let index = 0; index < MAILS; index++)
        await dovecot.deliver(
          index % 20 === 0
            ? invoiceMail({ number: `N-${index}` })
            : makeMail({ subject: `News ${index}`, text: 'A new logo.' }),
          folder,
        );
      const first = await exporter(folder);
      await until(async () => (await mails()).length >= 5);
      await first.end('SIGKILL');
      const stored = (await mails()).length;
      expect(stored).toBeLessThan(MAILS);
      // As if its lease had run out meanwhile.
      await books.pool().query('UPDATE inbox_cursor SET lease_expires_at = clock_timestamp()');
      const second = await exporter(folder);
      const all = await until(async () => {
        const found = await mails();
        return found.length >= MAILS && found.every(({ state }) => state !== 'new') && found;
      });
      expect(all).toHaveLength(MAILS);
      expect(new Set(all.map(({ subject, id }) => (subject === 'Your invoice' ? id : subject))).size).toBe(MAILS);
      expect(all.filter(({ state }) => state === 'ready')).toHaveLength(MAILS / 20);
      const { rows } = await books.pool().query('SELECT count(*)::int AS entries FROM manual_billing_adjustments');
      expect(rows).toEqual([{ entries: 0 }]);
      expect(await second.end('SIGTERM')).toEqual([0, null]);
    });
  },
);
