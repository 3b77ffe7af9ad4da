import { readFile } from 'node:fs/promises';
import { ImapFlow, type MailboxObject } from 'imapflow';
import type { Settings } from '../../settings/schema.ts';
import { imapAddress, isOwnMachine, type ImapAddress } from './address.ts';
import { MailboxUnavailable, mailboxFailure } from './failure.ts';

export type ImapSettings = Pick<
  Settings,
  'INVOICE_IMAP_PASSWORD' | 'INVOICE_IMAP_TOKEN_FILE' | 'INVOICE_IMAP_CA' | 'INBOX_POLL_SECONDS'
> & { readonly INVOICE_IMAP_URL: string };

export interface OpenMailbox {
  readonly client: ImapFlow;
  readonly address: ImapAddress;
  readonly folder: MailboxObject;
}

const CONNECT_MS = 20_000;
/** Longer than a server may be silent while nothing arrives: IDLE is renewed before. */
const SOCKET_MS = 5 * 60_000;
const MAX_IDLE_MS = 4 * 60_000;
const MAX_LITERAL_BYTES = 64 * 1024 * 1024;

/** The setting that holds what signs in. */
export function loginSetting({ INVOICE_IMAP_TOKEN_FILE: file }: Pick<ImapSettings, 'INVOICE_IMAP_TOKEN_FILE'>): string {
  return file === undefined ? 'INVOICE_IMAP_PASSWORD' : 'INVOICE_IMAP_TOKEN_FILE';
}

/**
 * Opens the folder with EXAMINE: the server itself refuses to change anything in it. Rejects with MailboxUnavailable.
 * `secret` hears of a token that was read.
 */
export async function openMailbox(settings: ImapSettings, secret: (value: string) => void): Promise<OpenMailbox> {
  const address = imapAddress(settings.INVOICE_IMAP_URL);
  const { host, port, secure, user } = address;
  const token = await readToken(settings.INVOICE_IMAP_TOKEN_FILE);
  if (token !== undefined) secret(token);
  const client = new ImapFlow({
    host,
    port,
    secure,
    // Elsewhere the address begins with imaps://.
    ...(secure ? {} : { doSTARTTLS: false }),
    auth: token === undefined ? { user, pass: settings.INVOICE_IMAP_PASSWORD ?? '' } : { user, accessToken: token },
    tls: { ...(settings.INVOICE_IMAP_CA !== undefined && { ca: settings.INVOICE_IMAP_CA }), minVersion: 'TLSv1.2' },
    logger: false,
    disableAutoIdle: true,
    maxIdleTime: Math.min(MAX_IDLE_MS, settings.INBOX_POLL_SECONDS * 1_000),
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    socketTimeout: SOCKET_MS,
    maxLiteralSize: MAX_LITERAL_BYTES,
  });
  // Whoever waits for an answer is told by its rejection.
  client.on('error', () => undefined);
  try {
    if (!secure && !isOwnMachine(address)) throw new MailboxUnavailable('INVOICE_IMAP_URL: must be imaps://', true);
    await client.connect();
    return { client, address, folder: await examine(client, address) };
  } catch (error) {
    client.close();
    throw mailboxFailure(error, address, loginSetting(settings));
  }
}

async function examine(client: ImapFlow, { folder, user }: ImapAddress): Promise<MailboxObject> {
  try {
    return await client.mailboxOpen(folder, { readOnly: true });
  } catch (error) {
    // The connection stands: the server does not open this folder.
    if (!client.usable) throw error;
    throw new MailboxUnavailable(`INVOICE_IMAP_URL: there is no folder "${folder}" in the mailbox of ${user}`, true);
  }
}

async function readToken(file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined;
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    throw new MailboxUnavailable(`INVOICE_IMAP_TOKEN_FILE: the file cannot be read (${code})`);
  });
  const token = text.trim();
  if (token === '') throw new MailboxUnavailable('INVOICE_IMAP_TOKEN_FILE: the file is empty');
  return token;
}
