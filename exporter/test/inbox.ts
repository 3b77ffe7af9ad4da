import { randomBytes } from 'node:crypto';
import pino from 'pino';
import type { InboxEntry } from '../src/contract/inbox.ts';
import { createInbox, type Inbox, type InboxDeps } from '../src/inbox/inbox.ts';
import { senderRules } from '../src/inbox/sender.ts';
import { withTransaction } from '../src/database/pool.ts';
import type { TestBooks } from './invoices.ts';
import { makeMail } from './mail.ts';
import { invoicePage, makePdf } from './pdf.ts';

export const INBOX_NOW = '2026-03-15T12:00:00Z';
export const DOCUMENT_KEY = randomBytes(32).toString('base64');
/** Trusts Supabase where the own server mail.test confirms it. */
export const RULES = senderRules({ INBOX_TRUSTED_SENDERS: ['supabase.example'], INBOX_AUTHSERV_ID: 'mail.test' });
export const SIGNED = 'Authentication-Results: mail.test; dkim=pass header.d=supabase.example';

export interface InvoiceParts {
  readonly number?: string;
  readonly vendor?: string;
  readonly amount?: string;
  readonly period?: string;
  readonly total?: string;
}

/** A plain invoice of one line. */
export function invoicePdf({
  number = 'ABC123DE-0007',
  vendor = 'Supabase Pte Ltd',
  amount = '$31.00',
  period = 'Mar 1 – Apr 1, 2026',
  total = amount,
}: InvoiceParts = {}): Buffer {
  return makePdf([
    invoicePage({
      head: [
        ['Invoice number', number],
        ['Date of issue', 'March 1, 2026'],
      ],
      vendor,
      lines: [{ description: 'Pro Plan', amount, period }],
      totals: [
        ['Subtotal', total],
        ['Total', total],
        ['Amount due', `${total} USD`],
      ],
    }),
  ]);
}

export interface MailOptions extends InvoiceParts {
  /** Above everything else; by default the own server confirms the sender. */
  readonly headers?: readonly string[];
  readonly from?: string;
  readonly subject?: string;
}

/** A mail of a vendor with its invoice attached, as the own server delivers it. */
export function invoiceMail({
  headers = [SIGNED],
  from,
  subject = 'Your invoice',
  ...parts
}: MailOptions = {}): Buffer {
  const mail = makeMail({
    ...(from !== undefined && { from }),
    subject,
    text: 'Your invoice is attached.',
    attachments: [['invoice.pdf', invoicePdf(parts)]],
  });
  return Buffer.concat([Buffer.from(headers.map((one) => `${one}\r\n`).join('')), mail]);
}

/** No mail in the inbox of these books, and nothing learnt from one. */
export async function emptyInbox(books: TestBooks): Promise<void> {
  await books.pool().query('TRUNCATE invoice_inbox, inbox_cursor, vendor_corrections, invoice_documents CASCADE');
}

/** A mail as it is listed. */
export async function listedMail(inbox: Inbox, id: string): Promise<InboxEntry> {
  const row = (await inbox.listInbox({ limit: 100 })).data.find((one) => one.id === id);
  if (row === undefined) throw new Error(`no mail ${id}`);
  return row;
}

export function reasonCodes({ reasons }: InboxEntry): string[] {
  return reasons.map(({ code }) => code);
}

/** An inbox on the books of a test. */
export function testInbox(books: TestBooks, options: Partial<InboxDeps> = {}): Inbox {
  return createInbox({
    pool: books.pool(),
    transaction: (action) => withTransaction(books.pool(), action),
    invoices: books.service(),
    clock: { now: async () => new Date(INBOX_NOW) },
    changes: { emit: async () => undefined },
    documentKey: DOCUMENT_KEY,
    retentionDays: 3_650,
    rules: RULES,
    log: pino({ level: 'silent' }),
    ...options,
  });
}
