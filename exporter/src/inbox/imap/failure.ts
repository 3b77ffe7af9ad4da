import { z } from 'zod';
import type { ImapAddress } from './address.ts';

/** Why the mailbox cannot be read, for a person: the setting to look at, and no secret. */
export class MailboxUnavailable extends Error {
  override readonly name = 'MailboxUnavailable';
  /** Trying again soon would not help, and might lock the account. */
  readonly refused: boolean;

  constructor(message: string, refused = false) {
    super(message);
    this.refused = refused;
  }
}

const imapError = z.object({
  code: z.string().optional(),
  authenticationFailed: z.boolean().optional(),
});

const TLS = /CERT|SELF_SIGNED|SSL|TLS|ALTNAME|UNABLE_TO|EPROTO|WRONG_VERSION/;

/** Says which setting is wrong; `login` is the one that holds the password or token. */
export function mailboxFailure(error: unknown, address: ImapAddress, login: string): MailboxUnavailable {
  if (error instanceof MailboxUnavailable) return error;
  const { host, port, user } = address;
  const { code, authenticationFailed } = imapError.safeParse(error).data ?? {};
  if (authenticationFailed === true)
    return new MailboxUnavailable(
      `${login}: ${host} refuses it for ${user}. Providers with two-step sign-in want an app password or a token.`,
      true,
    );
  if (code !== undefined && TLS.test(code))
    return new MailboxUnavailable(
      `INVOICE_IMAP_CA: the certificate of ${host}:${port} is not trusted (${code}). Set the certificate that signs it, ` +
        'or use the name that it is made for.',
      true,
    );
  return new MailboxUnavailable(
    `INVOICE_IMAP_URL: ${host}:${port} cannot be reached or broke off (${code ?? 'no reason given'})`,
  );
}

/** What imapflow rejects with; everything else is a fault of ours or of the database. */
export function isOfImap(error: unknown): boolean {
  if (error instanceof MailboxUnavailable) return true;
  if (!(error instanceof Error)) return false;
  const { cid, _connId: connection, rejectedFrom, code } = marks.safeParse(error).data ?? {};
  return [cid, connection, rejectedFrom].some((mark) => mark !== undefined) || CLOSED.includes(code ?? '');
}

const marks = z.object({
  cid: z.unknown().optional(),
  _connId: z.unknown().optional(),
  rejectedFrom: z.unknown().optional(),
  code: z.string().optional(),
});
const CLOSED = ['NoConnection', 'EConnectionClosed', 'StateLogout', 'ETIMEOUT', 'ECONNRESET', 'EPIPE'];
