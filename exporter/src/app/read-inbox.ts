import type { Logger } from 'pino';
import type { Clock } from '../database/clock.ts';
import type { Queryable } from '../database/queryable.ts';
import { imapAddress } from '../inbox/imap/address.ts';
import { forgetConnections } from '../inbox/imap/cursor.ts';
import { createInbox } from '../inbox/inbox.ts';
import { senderRules } from '../inbox/sender.ts';
import { createInvoiceService, type InTransaction } from '../invoices/service.ts';
import type { Changes } from '../process/changes.ts';
import { documentKey } from '../settings/document-key.ts';
import type { Settings } from '../settings/schema.ts';

export interface InboxReading {
  readonly settings: Settings;
  readonly pool: Queryable;
  readonly transaction: InTransaction;
  readonly clock: Pick<Clock, 'now'>;
  readonly changes: Pick<Changes, 'emit'>;
  readonly secret: (value: string) => void;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

/** Reads the mailbox that is set until `signal` aborts; resolves at once where none is. */
export async function readInbox({ settings, ...parts }: InboxReading): Promise<void> {
  const { INVOICE_IMAP_URL: url } = settings;
  await forgetConnections(parts.pool, url === undefined ? null : imapAddress(url).mailbox);
  if (url === undefined) return;
  const inbox = createInbox({
    ...parts,
    invoices: createInvoiceService(parts),
    documentKey: await documentKey(settings),
    retentionDays: settings.DOCUMENT_RETENTION_DAYS,
    rules: senderRules(settings),
  });
  const { readMailbox } = await import('../inbox/imap/reader.ts');
  await readMailbox({ ...parts, inbox, settings: { ...settings, INVOICE_IMAP_URL: url } });
}
