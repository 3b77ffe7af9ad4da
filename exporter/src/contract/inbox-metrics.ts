import { gauge, type MetricDefinition } from './metric-definition.ts';

/** Part of METRICS: the mails that may hold an invoice. */
export const INBOX_METRICS = {
  inbox_mails: gauge(
    'cost',
    ['state'],
    'Mails of the inbox by state (new, ready, needs_attention, not_an_invoice, duplicate, confirmed, dismissed); absent ' +
      'until a mail came.',
  ),
  inbox_oldest_undecided_timestamp_seconds: gauge(
    'cost',
    ['source'],
    'When the oldest mail of this source (imap, webhook) that waits for a decision was stored, in Unix seconds; absent ' +
      'while none waits.',
  ),
  inbox_last_connection_timestamp_seconds: gauge(
    'cost',
    ['source'],
    'When the mail server last showed the folder INVOICE_IMAP_URL, in Unix seconds, accurate to ten minutes; absent ' +
      'before the first time and without that setting.',
  ),
} as const satisfies Record<string, MetricDefinition>;
