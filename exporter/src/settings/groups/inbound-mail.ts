import { setting, type SettingDefinition } from '../definition.ts';
import { text } from '../kinds.ts';

const group = 'Invoices by mail';
const MIN_SECRET = 32;
const TOPIC_ARN = /^arn:aws(?:-cn|-us-gov)?:sns:[a-z0-9-]+:\d{12}:[\w.-]{1,256}$/;

export const INBOUND_MAIL_SETTINGS = {
  INBOUND_MAIL_SECRET: setting({
    group,
    schema: text
      .min(MIN_SECRET, `must have at least ${MIN_SECRET} characters, as \`openssl rand -hex 32\` prints`)
      .optional(),
    secret: true,
    doc:
      'Opens POST /api/v1/inbound/mail, where a mail server or script delivers mails signed with this secret, and is ' +
      'the password of POST /api/v1/inbound/mail/postmark. Without it both are closed. See docs/inbox.md.',
  }),
  INBOUND_MAILGUN_KEY: setting({
    group,
    schema: text.optional(),
    secret: true,
    doc: "Mailgun's HTTP webhook signing key: opens POST /api/v1/inbound/mail/mailgun/mime for its routes.",
  }),
  INBOUND_SES_TOPIC_ARN: setting({
    group,
    schema: text
      .refine((value) => TOPIC_ARN.test(value), 'must be the ARN of an SNS topic, such as arn:aws:sns:eu-west-1:…')
      .optional(),
    example: 'arn:aws:sns:eu-west-1:123456789012:invoices',
    doc: 'SNS topic to which Amazon SES publishes received mails: opens POST /api/v1/inbound/mail/ses for that topic only.',
  }),
} as const satisfies Record<string, SettingDefinition>;
