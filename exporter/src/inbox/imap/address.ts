import { LOOPBACK } from '../../settings/kinds.ts';

export interface ImapAddress {
  readonly host: string;
  readonly port: number;
  /** TLS from the start. */
  readonly secure: boolean;
  readonly user: string;
  /** As IMAP names it: INBOX, or `INBOX/Invoices` where the server's separator is a slash. */
  readonly folder: string;
  /** `user@host/folder`, without a port: how rows and cursors name it. */
  readonly mailbox: string;
}

/** INVOICE_IMAP_URL, which the settings have checked. */
export function imapAddress(text: string): ImapAddress {
  const url = new URL(text);
  const secure = url.protocol === 'imaps:';
  const user = decodeURIComponent(url.username);
  const folder = decodeURIComponent(url.pathname.replace(/^\/|\/$/g, '')) || 'INBOX';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return {
    host,
    port: url.port === '' ? (secure ? 993 : 143) : Number(url.port),
    secure,
    user,
    folder,
    mailbox: `${user}@${host}/${folder}`,
  };
}

/** Nothing but the own machine is talked to without TLS. */
export function isOwnMachine({ host }: Pick<ImapAddress, 'host'>): boolean {
  return LOOPBACK.test(host) || host === '::1';
}
