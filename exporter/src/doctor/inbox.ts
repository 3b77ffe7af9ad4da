import type { Finding } from '../collectors/contract.ts';
import { documentKey } from '../settings/document-key.ts';
import type { Settings } from '../settings/schema.ts';

/** Whether invoices can arrive by mail: the folder is opened read-only, and nothing in it is read. */
export async function examineInbox(settings: Settings): Promise<Finding[]> {
  const { INVOICE_IMAP_URL: url } = settings;
  if (url === undefined) return [];
  return [
    await examineMailbox({ ...settings, INVOICE_IMAP_URL: url }),
    ...examineTrust(settings),
    ...(await examineKey(settings)),
  ];
}

async function examineMailbox(settings: Settings & { readonly INVOICE_IMAP_URL: string }): Promise<Finding> {
  const check = 'INVOICE_IMAP_URL';
  // Only who asks for mail loads its client.
  const { openMailbox, loginSetting } = await import('../inbox/imap/connect.ts');
  const { MailboxUnavailable } = await import('../inbox/imap/failure.ts');
  try {
    const { client, address, folder } = await openMailbox(settings, () => undefined);
    const tls = client.secureConnection ? 'over TLS' : 'without TLS, on this machine';
    const idle = client.capabilities.has('IDLE') ? 'announces new mails' : 'is looked at every INBOX_POLL_SECONDS';
    client.close();
    return {
      check,
      ok: true,
      message:
        `folder "${address.folder}" at ${address.host}, read-only, ${folder.exists} mails, ${tls}, ` +
        `signed in by ${loginSetting(settings)}; the server ${idle}`,
    };
  } catch (error) {
    if (!(error instanceof MailboxUnavailable)) throw error;
    // "INVOICE_IMAP_PASSWORD: mail.example.com refuses it …"
    const [setting = check, ...said] = error.message.split(': ');
    return { check: setting, ok: false, message: said.join(': '), remedy: REMEDIES[setting] ?? REMEDIES[check] ?? '' };
  }
}

const REMEDIES: Readonly<Record<string, string>> = {
  INVOICE_IMAP_URL: 'correct host, port and folder: imaps://user@host/Folder, on port 993 unless it is written',
  INVOICE_IMAP_PASSWORD: 'make an app password at the mail provider, see docs/inbox.md',
  INVOICE_IMAP_TOKEN_FILE: 'let the program that renews the token write it to this file, see docs/inbox.md',
  INVOICE_IMAP_CA: 'set INVOICE_IMAP_CA_FILE to the certificate of your authority, see docs/inbox.md',
};

function examineTrust({ INBOX_TRUSTED_SENDERS: senders, INBOX_AUTHSERV_ID: server }: Settings): Finding[] {
  if (senders.length > 0 && server !== undefined)
    return [
      { check: 'INBOX_TRUSTED_SENDERS', ok: true, message: `${senders.length} trusted where ${server} confirms them` },
    ];
  return [
    {
      check: senders.length === 0 ? 'INBOX_TRUSTED_SENDERS' : 'INBOX_AUTHSERV_ID',
      ok: 'warning',
      message: 'is not set: no invoice is ready to confirm without a look at it',
      remedy: 'set INBOX_TRUSTED_SENDERS to your vendors and INBOX_AUTHSERV_ID to your mail server, see docs/inbox.md',
    },
  ];
}

async function examineKey(settings: Settings): Promise<Finding[]> {
  if (settings.DOCUMENT_RETENTION_DAYS === 0 || (await documentKey(settings)) !== undefined) return [];
  return [
    {
      check: 'DOCUMENT_KEY',
      ok: 'warning',
      message: 'is not set: the mails themselves are not stored, so that a reviewer sees only what was read',
      remedy: 'set DOCUMENT_KEY to 32 bytes in base64 (openssl rand -base64 32)',
    },
  ];
}
