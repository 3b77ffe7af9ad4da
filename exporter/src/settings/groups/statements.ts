import { z } from 'zod';
import { setting, type SettingDefinition } from '../definition.ts';
import { keyedUrl, mailAddress, mailAddresses, text } from '../kinds.ts';

const smtpUrl = text
  .refine(
    (value) => URL.canParse(value) && /^smtps?:$/.test(new URL(value).protocol) && new URL(value).hostname !== '',
    'must be smtp://user:password@host:587 or smtps://user:password@host:465, with a password encoded for a URL',
  )
  .optional();

export const STATEMENTS_SETTINGS = {
  STATEMENT_MAIL_TO: setting({
    group: 'Statements of the month',
    schema: mailAddresses,
    example: 'you@example.com',
    doc:
      'Who gets the month by mail: on the 3rd with what is missing, and again when it is closed. Several are separated ' +
      'by commas.',
  }),
  SMTP_URL: setting({
    group: 'Statements of the month',
    schema: smtpUrl,
    secret: true,
    example: 'smtp://user:password@smtp.example.com:587',
    doc:
      'Mail server for it: smtp:// with STARTTLS, smtps:// with TLS from the start. A server without TLS is used only ' +
      'on this machine.',
  }),
  SMTP_FROM: setting({
    group: 'Statements of the month',
    schema: text.regex(mailAddress, 'must be a mail address').optional(),
    example: 'marginboard@example.com',
    doc: 'Sender of those mails.',
  }),
  STATEMENT_WEBHOOK_URL: setting({
    group: 'Statements of the month',
    schema: keyedUrl.optional(),
    secret: true,
    doc: 'Gets the same as JSON; see docs/statements.md.',
  }),
  STATEMENT_SLACK_URL: setting({
    group: 'Statements of the month',
    schema: keyedUrl.optional(),
    secret: true,
    doc: 'Incoming webhook of Slack (or of a chat that takes its format) that gets the same in words.',
  }),
  STATEMENT_LANGUAGE: setting({
    group: 'Statements of the month',
    schema: z.enum(['en', 'fr'], 'must be en or fr').default('en'),
    doc: 'Language of what is sent: en or fr.',
  }),
} as const satisfies Record<string, SettingDefinition>;
