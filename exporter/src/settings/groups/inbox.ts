import { z } from 'zod';
import { setting, type SettingDefinition } from '../definition.ts';
import { LOOPBACK, mailAddress, text } from '../kinds.ts';

const group = 'Invoices by mail';
const DOMAIN = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$/;

const imapUrl = text
  .refine(
    (value) => isImapUrl(value),
    'must be imaps://user@host/Folder, with the user encoded for a URL (user%40example.com) and without a password',
  )
  .refine(
    (value) => !isImapUrl(value) || new URL(value).protocol === 'imaps:' || LOOPBACK.test(new URL(value).hostname),
    'must be imaps:// (imap:// without TLS only to this machine)',
  )
  .optional();

function isImapUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, hostname, username, password, search, hash } = new URL(value);
  return /^imaps?:$/.test(protocol) && hostname !== '' && username !== '' && password === '' && search + hash === '';
}

/** Addresses and domains, in lower case. */
const senders = text
  .transform((value) => value.split(',').map((one) => one.trim().toLowerCase()))
  .refine(
    (list) => list.every((one) => (one.includes('@') ? mailAddress.test(one) : DOMAIN.test(one))),
    'must be mail addresses or domains, separated by commas, such as stripe.com,billing@example.com',
  )
  .default([]);

export const INBOX_SETTINGS = {
  INVOICE_IMAP_URL: setting({
    group,
    schema: imapUrl,
    example: 'imaps://invoices%40example.com@imap.example.com/INBOX',
    doc:
      'Folder whose mails are read for invoices: imaps://user@host/Folder. It is opened read-only: nothing is marked, ' +
      'moved or deleted. See docs/inbox.md.',
  }),
  INVOICE_IMAP_PASSWORD: setting({
    group,
    schema: text.optional(),
    secret: true,
    doc: 'Password of that mailbox, for most providers one for this application only.',
  }),
  INVOICE_IMAP_TOKEN_FILE: setting({
    group,
    schema: text.optional(),
    doc:
      'In place of the password: a file with an OAuth access token, read again at each connection, so that another ' +
      'program can renew it.',
  }),
  INVOICE_IMAP_CA: setting({
    group,
    schema: text
      .refine((value) => value.includes('-----BEGIN CERTIFICATE-----'), 'must be a certificate in PEM')
      .optional(),
    doc: 'Certificate (PEM) that signs the one of the mail server, where it is not a public authority; mostly given as INVOICE_IMAP_CA_FILE.',
  }),
  INBOX_POLL_SECONDS: setting({
    group,
    schema: z.coerce
      .number('must be a whole number')
      .int('must be a whole number')
      .min(10, 'must be at least 10')
      .max(86_400, 'must be at most 86400')
      .default(300),
    doc: 'How often the folder is looked at, beside what the server announces by itself (IDLE).',
  }),
  INBOX_TRUSTED_SENDERS: setting({
    group,
    schema: senders,
    example: 'stripe.com,billing@vendor.example',
    doc:
      'Addresses or domains (with their subdomains) whose invoices may be ready to confirm without a look at them. ' +
      'Everything else waits for a look.',
  }),
  INBOX_AUTHSERV_ID: setting({
    group,
    schema: text.optional(),
    example: 'mx.google.com',
    doc:
      'How your own mail server names itself in the header Authentication-Results. Only what it says there (DKIM or ' +
      'DMARC passed) makes a sender signed.',
  }),
} as const satisfies Record<string, SettingDefinition>;
