import { createTransport, type Transporter } from 'nodemailer';
import { LOOPBACK } from '../../settings/kinds.ts';
import type { Message } from './message.ts';

export interface MailAddresses {
  readonly smtp: string;
  readonly from: string;
  /** Separated by commas. */
  readonly to: string;
}

const CONNECT_TIMEOUT_MS = 15_000;
const SOCKET_TIMEOUT_MS = 60_000;

/** A connection to the mail server. Beyond this machine a password and the figures never go without TLS. */
export function mailTransport(smtp: string): Transporter {
  const isHere = LOOPBACK.test(new URL(smtp).hostname);
  return createTransport({
    url: smtp,
    requireTLS: !isHere,
    // A mail server on this machine mostly has a certificate that it signed itself.
    tls: { rejectUnauthorized: !isHere },
    connectionTimeout: CONNECT_TIMEOUT_MS,
    greetingTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: SOCKET_TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}

/** Sends one mail to all addresses; the id makes a mail that is sent twice one mail for mail programs. */
export async function sendMail({ smtp, from, to }: MailAddresses, message: Message, id: string): Promise<void> {
  const transport = mailTransport(smtp);
  try {
    await transport.sendMail({
      from,
      to: to.split(',').map((address) => address.trim()),
      subject: message.subject,
      text: message.text,
      html: message.html,
      messageId: `<${id}@${from.split('@')[1] ?? 'marginboard'}>`,
      headers: { 'Auto-Submitted': 'auto-generated' },
      attachments: message.attachments.map(({ filename, contentType, content, cid }) => ({
        filename,
        contentType,
        content,
        ...(cid === undefined ? {} : { cid, contentDisposition: 'inline' as const }),
      })),
    });
  } finally {
    transport.close();
  }
}
