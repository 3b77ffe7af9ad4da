import { setting, type SettingDefinition } from '../definition.ts';
import { budgets, flag, mailAddress, mailAddresses, optionalText, text, url } from '../kinds.ts';

export const ALERTS_SETTINGS = {
  BUDGETS_USD: setting({
    group: 'Budgets and alerts',
    schema: budgets,
    example: 'all=900,llm=300',
    doc:
      'Monthly budgets in USD by provider, `all` for the whole; `all=900@50/80` also tells when 50 and 80 % of it are ' +
      'passed. One that is set or taken away by the API (PUT ' +
      '/admin/budgets) wins over this.',
  }),
  ALERT_EMAIL_TO: setting({
    group: 'Budgets and alerts',
    schema: mailAddresses,
    example: 'you@example.com',
    doc:
      'Who gets the mails of Alertmanager; several are separated by commas. These ALERT_ settings are read by ' +
      'compose and npm run stack, which write them into the configuration of Alertmanager.',
  }),
  ALERT_EMAIL_FROM: setting({
    group: 'Budgets and alerts',
    schema: text.regex(mailAddress, 'must be a mail address').optional(),
    example: 'marginboard@example.com',
    doc: 'Sender of those mails.',
  }),
  ALERT_SMTP_SERVER: setting({
    group: 'Budgets and alerts',
    schema: text
      .regex(/^[^\s:/]+:\d{1,5}$|^\[[0-9a-fA-F:]+\]:\d{1,5}$/, 'must be host:port, such as smtp.example.com:587')
      .optional(),
    example: 'smtp.example.com:587',
    doc: 'Mail server as host:port (587 with STARTTLS, 465 with TLS from the start).',
  }),
  ALERT_SMTP_USERNAME: setting({
    group: 'Budgets and alerts',
    schema: optionalText,
    doc: 'User name at that server, where it asks for one.',
  }),
  ALERT_SMTP_PASSWORD: setting({
    group: 'Budgets and alerts',
    schema: optionalText,
    secret: true,
    doc: 'Password at that server.',
  }),
  ALERT_SMTP_TLS: setting({
    group: 'Budgets and alerts',
    schema: flag(true),
    doc: 'Refuses to send mail to a server without TLS; false only for one on this machine.',
  }),
  ALERT_WEBHOOK_URL: setting({
    group: 'Budgets and alerts',
    schema: url().optional(),
    secret: true,
    doc: "Gets every alert as JSON (Alertmanager's webhook), also when it is over.",
  }),
  ALERT_RUNBOOK_URL: setting({
    group: 'Budgets and alerts',
    schema: url().optional(),
    doc: 'Where the repository\'s docs/alerts.md can be opened (the address before "docs/"), for links in mails.',
  }),
} as const satisfies Record<string, SettingDefinition>;
