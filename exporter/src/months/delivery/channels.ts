import type { Settings } from '../../settings/schema.ts';
import type { Message } from './message.ts';
import { sendMail } from './send-mail.ts';
import { postSlack, postWebhook } from './send-webhook.ts';

export const CHANNELS = ['mail', 'webhook', 'slack'] as const;
export type Channel = (typeof CHANNELS)[number];

export type StatementSettings = Pick<
  Settings,
  | 'STATEMENT_MAIL_TO'
  | 'SMTP_URL'
  | 'SMTP_FROM'
  | 'STATEMENT_WEBHOOK_URL'
  | 'STATEMENT_SLACK_URL'
  | 'STATEMENT_LANGUAGE'
>;

/** Rejects with the reason where the message was not taken. `id` is the same for every try. */
export type Send = (message: Message, id: string, signal: AbortSignal) => Promise<void>;

/** The channels that are set, each with what sends there. */
export function channelsOf(settings: StatementSettings): ReadonlyMap<Channel, Send> {
  const { STATEMENT_MAIL_TO: to, SMTP_URL: smtp, SMTP_FROM: from } = settings;
  const { STATEMENT_WEBHOOK_URL: webhook, STATEMENT_SLACK_URL: slack } = settings;
  const channels = new Map<Channel, Send>();
  if (to !== undefined && smtp !== undefined && from !== undefined)
    channels.set('mail', (message, id) => sendMail({ smtp, from, to }, message, id));
  if (webhook !== undefined)
    channels.set('webhook', (message, id, signal) => postWebhook(webhook, message, id, signal));
  if (slack !== undefined) channels.set('slack', (message, _id, signal) => postSlack(slack, message, signal));
  return channels;
}
