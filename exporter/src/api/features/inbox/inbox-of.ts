import { createInbox, type Inbox } from '../../../inbox/inbox.ts';
import { senderRules } from '../../../inbox/sender.ts';
import { createInvoiceService, type InvoiceService } from '../../../invoices/service.ts';
import type { ApiDeps } from '../../deps.ts';

export type InboxParts = Pick<
  ApiDeps,
  'pool' | 'transaction' | 'clock' | 'changes' | 'documentKey' | 'settings' | 'log'
>;

/** The inbox over the parts of the API. */
export function inboxOf(deps: InboxParts, invoices: InvoiceService = createInvoiceService(deps)): Inbox {
  const { pool, transaction, clock, changes, documentKey, settings, log } = deps;
  return createInbox({
    pool,
    transaction,
    invoices,
    clock,
    changes,
    documentKey,
    retentionDays: settings.DOCUMENT_RETENTION_DAYS,
    rules: senderRules(settings),
    log,
  });
}
