import { createHmac, randomBytes } from 'node:crypto';
import { makeMail } from '../exporter/test/mail.ts';
import { invoicePage, makePdf } from '../exporter/test/pdf.ts';

const SECRET = randomBytes(32).toString('hex');

/** The exporter of the specs takes signed mails over HTTP, and trusts one vendor. */
export const INBOX_ENV = {
  INBOUND_MAIL_SECRET: SECRET,
  INBOX_TRUSTED_SENDERS: 'vercel.example',
  INBOX_AUTHSERV_ID: 'mail.test',
};

export interface MailedInvoice {
  readonly number: string;
  /** Two decimals, in USD. */
  readonly amount: string;
  /** The last day is exclusive. */
  readonly from: string;
  readonly to: string;
}

const dayText = (day: string): string =>
  new Intl.DateTimeFormat('en-US', { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(`${day}T00:00:00Z`));

/** A vendor's mail with its invoice as PDF, as the own mail server delivers it. */
export function invoiceMail({ number, amount, from, to }: MailedInvoice): Buffer {
  const pdf = makePdf([
    invoicePage({
      head: [
        ['Invoice number', number],
        ['Date of issue', dayText(to)],
      ],
      vendor: 'Vercel Inc.',
      lines: [{ description: 'Pro', amount: `$${amount}`, period: `${dayText(from)} – ${dayText(to)}` }],
      totals: [
        ['Subtotal', `$${amount}`],
        ['Total', `$${amount}`],
        ['Amount due', `$${amount} USD`],
      ],
    }),
  ]);
  const mail = makeMail({
    from: 'Vercel Inc. <billing@vercel.example>',
    subject: `Your invoice ${number}`,
    text: 'Your invoice is attached.',
    attachments: [['invoice.pdf', pdf]],
  });
  const verdict = 'Authentication-Results: mail.test; dkim=pass header.d=vercel.example\r\n';
  return Buffer.concat([Buffer.from(verdict), mail]);
}

/** The headers that sign a mail with the secret of INBOUND_MAIL_SECRET. */
export function signed(mail: Buffer, secret: string, now = new Date()): Record<string, string> {
  const at = String(Math.floor(now.getTime() / 1_000));
  const signature = createHmac('sha256', secret).update(`${at}.`).update(mail).digest('hex');
  return {
    'content-type': 'message/rfc822',
    'x-marginboard-timestamp': at,
    'x-marginboard-signature': `sha256=${signature}`,
  };
}
