import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DOVECOT, startDovecot, type Dovecot } from '../../test/dovecot.ts';
import { DOCUMENT_KEY, invoiceMail } from '../../test/inbox.ts';
import { loadSettings } from '../settings/load.ts';
import { examineInbox } from './inbox.ts';

describe.skipIf(DOVECOT === undefined && process.env['CI'] !== 'true')('what the doctor says about the mailbox', () => {
  let dovecot: Dovecot;
  beforeAll(async () => {
    dovecot = await startDovecot();
    await dovecot.deliver(invoiceMail());
  });
  afterAll(() => dovecot.close());

  const examine = (env: Readonly<Record<string, string>>) =>
    examineInbox(
      loadSettings({ INVOICE_IMAP_URL: dovecot.url(), INVOICE_IMAP_PASSWORD: dovecot.password, DOCUMENT_KEY, ...env }),
    );
  const TRUST = { INBOX_TRUSTED_SENDERS: 'supabase.example', INBOX_AUTHSERV_ID: 'mail.test' };

  it('is the folder with its mails, TLS and the login', async () => {
    expect(await examineInbox(loadSettings({}))).toEqual([]);
    expect(await examine(TRUST)).toEqual([
      {
        check: 'INVOICE_IMAP_URL',
        ok: true,
        message:
          'folder "INBOX" at 127.0.0.1, read-only, 1 mails, without TLS, on this machine, signed in by ' +
          'INVOICE_IMAP_PASSWORD; the server announces new mails',
      },
      { check: 'INBOX_TRUSTED_SENDERS', ok: true, message: '1 trusted where mail.test confirms them' },
    ]);
    const url = `imaps://ann@localhost:${dovecot.imapsPort}/INBOX`;
    const [secured] = await examine({ INVOICE_IMAP_URL: url, INVOICE_IMAP_CA: dovecot.ca });
    expect(secured?.message).toContain('over TLS');
  });

  it.each([
    ['a wrong password', () => ({ INVOICE_IMAP_PASSWORD: 'wr0ng' }), 'INVOICE_IMAP_PASSWORD', 'app password'],
    ['no such folder', () => ({ INVOICE_IMAP_URL: dovecot.url('Nowhere') }), 'INVOICE_IMAP_URL', 'folder'],
    ['no server', () => ({ INVOICE_IMAP_URL: 'imap://ann@127.0.0.1:9/INBOX' }), 'INVOICE_IMAP_URL', 'host, port'],
  ])('is the remedy of %s', async (_, env, check, remedy) => {
    const [finding] = await examine(env());
    expect(finding).toMatchObject({ check, ok: false, remedy: expect.stringContaining(remedy) });
    expect(JSON.stringify(finding)).not.toContain('wr0ng');
  });

  it('warns where no sender is trusted', async () => {
    const findings = await examine({});
    expect(findings.map(({ check, ok }) => [check, ok])).toContainEqual(['INBOX_TRUSTED_SENDERS', 'warning']);
  });
});

it('settings that cannot work end the start', () => {
  const problem = (env: Readonly<Record<string, string>>) => () => loadSettings({ INVOICE_IMAP_PASSWORD: 'x', ...env });
  expect(problem({ INVOICE_IMAP_URL: 'imap://ann@mail.example.com/INBOX' })).toThrow(/INVOICE_IMAP_URL: must be imaps/);
  expect(problem({ INVOICE_IMAP_URL: 'imaps://ann:secret@mail.example.com' })).toThrow(/without a password/);
  expect(() => loadSettings({ INVOICE_IMAP_URL: 'imaps://ann@mail.example.com' })).toThrow(/PASSWORD: is missing/);
  expect(problem({ INBOX_TRUSTED_SENDERS: 'stripe' })).toThrow(/must be mail addresses or domains/);
});
