import type { Logger } from 'pino';
import type { ProposedStatement } from '../contract/imports.ts';
import type { InboxConfirmOutcome, InboxCounts, InboxEntry, InboxRow, InboxSource } from '../contract/inbox.ts';
import type { Clock } from '../database/clock.ts';
import type { Queryable } from '../database/queryable.ts';
import { CannotWrite } from '../database/writes/write-guard.ts';
import { readReceivedMail } from '../imports/read-upload.ts';
import { ImportRefused } from '../imports/refusal.ts';
import { loadStoredDocument, storeDocument, type StoredDocument } from '../invoices/documents/store.ts';
import { InvoiceRefusal } from '../invoices/refusal.ts';
import type { InTransaction, InvoiceService, Stored } from '../invoices/service.ts';
import type { Changes } from '../process/changes.ts';
import { confirmMail, dismissMail, revived, undoMail } from './decide.ts';
import { effectOf, refusalText } from './effect.ts';
import { inboxRow } from './inbox-row.ts';
import { judgeOpen } from './judge-open.ts';
import {
  countMails,
  insertMail,
  loadMail,
  mailPage,
  proposedNow,
  type InboxQuery,
  type MailLocation,
  type MailOutcome,
} from './mail-store.ts';
import { createPreviews } from './previews.ts';
import { NOTHING_READ, proposalOf } from './proposal.ts';
import type { SenderRules } from './sender.ts';
import { hashOfUnread, type UnreadMail } from './unread.ts';

/** Larger ones are named and not read: no mail server of note delivers more. */
export const MAX_MAIL_BYTES = 25 * 1024 * 1024;

export interface InboxDeps {
  readonly pool: Queryable;
  readonly transaction: InTransaction;
  readonly invoices: InvoiceService;
  readonly clock: Pick<Clock, 'now'>;
  readonly changes: Pick<Changes, 'emit'>;
  /** Undefined, or no retention: the mails themselves are not stored. */
  readonly documentKey: string | undefined;
  readonly retentionDays: number;
  readonly rules: SenderRules;
  readonly log: Pick<Logger, 'info'>;
}

export interface IncomingMail {
  readonly source: InboxSource;
  /** The mail as it came, at most MAX_MAIL_BYTES. */
  readonly bytes: Uint8Array;
  /** Null for what came by another way than a folder. */
  readonly location: MailLocation | null;
  readonly receivedAt: Date;
  /** Runs in the transaction that stores the mail. */
  readonly alongside?: (tx: Queryable) => Promise<void>;
  /** For many mails in a row: the caller calls `judgeInbox` after them. */
  readonly judgeLater?: boolean;
}

interface Author {
  readonly author: string;
  readonly note?: string | null | undefined;
}

/** What is asked for and does not exist, or is in the way, rejects with InvoiceRefusal. */
export interface Inbox {
  /** Reads and stores a mail, once. Rejects with ImportRefused `busy` or `too_large`; nothing is stored then. */
  storeMail(mail: IncomingMail): Promise<MailOutcome>;
  /** Judges what waits by what is stored, trusted and remembered now. */
  judgeInbox(): Promise<void>;
  /** Stores that there is a mail which is too large to be fetched. */
  storeUnread(mail: UnreadMail): Promise<MailOutcome>;
  listInbox(query: InboxQuery): Promise<{ readonly data: readonly InboxEntry[]; readonly nextCursor: string | null }>;
  countInbox(): Promise<InboxCounts>;
  /** Undefined in `stored` where it was confirmed before. `edited`: as the reviewer corrected the statements. */
  confirmInboxRow(
    id: string,
    by: Author & { readonly edited?: readonly ProposedStatement[] | undefined },
  ): Promise<{ readonly row: InboxRow; readonly stored: Stored | undefined }>;
  /** Those that are ready, each with its own outcome. */
  confirmInboxRows(ids: readonly string[], by: Author): Promise<readonly InboxConfirmOutcome[]>;
  dismissInboxRow(id: string, by: Author): Promise<InboxRow>;
  undoInboxDecision(id: string, by: Author): Promise<InboxRow>;
  /** The mail itself; undefined where it is not stored. Rejects with DocumentUnreadable where the key is another one. */
  inboxDocument(id: string): Promise<StoredDocument | undefined>;
}

export function createInbox(deps: InboxDeps): Inbox {
  const { pool, transaction, clock, changes, documentKey, retentionDays, rules, log } = deps;

  const previewsNow = createPreviews(deps);

  async function judge(only?: string): Promise<void> {
    await judgeOpen({ pool, transaction, invoices: await previewsNow(), rules, now: await clock.now(), only });
  }

  async function changed(): Promise<void> {
    await judge();
    await changes.emit({ kind: 'inbox', days: [] });
  }

  async function rowOf(id: string): Promise<InboxRow> {
    return inboxRow(await loadMail(pool, id), rules);
  }

  async function store(
    mail: Parameters<typeof insertMail>[1],
    bytes: Uint8Array | null,
    { alongside, judgeLater = false }: Pick<IncomingMail, 'alongside' | 'judgeLater'>,
  ): Promise<MailOutcome> {
    const now = await clock.now();
    const stored = await transaction(async (tx) => {
      const outcome = await insertMail(tx, mail, now);
      if (outcome.outcome === 'new' && bytes !== null && documentKey !== undefined && retentionDays > 0) {
        const document = { bytes, mediaType: 'message/rfc822', fileName: null };
        const documentId = await storeDocument(tx, document, documentKey, now);
        await tx.query('UPDATE invoice_inbox SET document_id = $2::bigint WHERE id = $1::bigint', [
          outcome.id,
          documentId,
        ]);
      }
      await alongside?.(tx);
      return outcome;
    });
    if (stored.outcome !== 'known')
      log.info({ mail: stored.id, source: mail.source, outcome: stored.outcome }, 'stored a mail');
    if (!judgeLater) await changed();
    return stored;
  }

  return {
    judgeInbox: changed,
    async storeMail({ source, bytes, location, receivedAt, ...how }) {
      if (bytes.length > MAX_MAIL_BYTES)
        throw new ImportRefused('too_large', `The mail has more than ${MAX_MAIL_BYTES / 1024 / 1024} MB.`);
      const { envelope, read } = await readReceivedMail(bytes);
      const mail = {
        source,
        location,
        messageId: envelope?.messageId ?? null,
        sha256: envelope?.sha256 ?? hashOfUnread(bytes),
        size: bytes.length,
        receivedAt,
        from: envelope?.from ?? null,
        subject: envelope?.subject ?? null,
        trace: envelope?.trace ?? [],
        proposal: proposalOf(read),
      };
      return store(mail, bytes, how);
    },
    async storeUnread({ source, location, envelope, size, receivedAt, ...how }) {
      const refusal = {
        code: 'too_large',
        message: `${Math.ceil(size / 1024 / 1024)} MB, at most ${MAX_MAIL_BYTES / 1024 / 1024} MB`,
      };
      const { messageId, from, subject } = envelope;
      const sha256 = hashOfUnread(JSON.stringify([messageId, from, subject, envelope.sentAt, size]));
      const proposal = { ...NOTHING_READ, refusal };
      return store(
        { source, location, messageId, from, subject, sha256, size, receivedAt, trace: [], proposal },
        null,
        how,
      );
    },
    async listInbox(query) {
      await unlessReadOnly(judge(), undefined);
      const mails = await mailPage(pool, { ...query, limit: query.limit + 1 });
      const [now, previews] = [await clock.now(), await previewsNow()];
      const data: InboxEntry[] = [];
      for (const mail of mails.slice(0, query.limit)) {
        const row = inboxRow(mail, rules);
        const waits = (mail.state === 'ready' || mail.state === 'needs_attention') && row.statements.length > 0;
        const effectNow = () => effectOf(previews, row.statements, now, (entered) => revived(pool, mail, entered));
        const effect = waits ? await unlessReadOnly(effectNow(), null) : null;
        data.push({ ...row, effect: effect && { months: effect.months, refusal: effect.refusal } });
      }
      return { data, nextCursor: mails.length > query.limit ? (data.at(-1)?.id ?? null) : null };
    },
    async countInbox() {
      await unlessReadOnly(judge(), undefined);
      return countMails(pool);
    },
    async confirmInboxRow(id, { author, note, edited }) {
      const stored = await confirmMail(deps, id, edited, { author, note, now: await clock.now() });
      await changed();
      return { row: await rowOf(id), stored };
    },
    async confirmInboxRows(ids, { author, note }) {
      const outcomes: InboxConfirmOutcome[] = [];
      // What the first of them teaches changes what the next propose, which nobody has seen.
      const shown = await proposedNow(pool, ids);
      for (const id of new Set(ids)) {
        try {
          await judge(id);
          const onlyReadyAs = shown.get(id) ?? [];
          await confirmMail(deps, id, undefined, { author, note, now: await clock.now(), onlyReadyAs });
          outcomes.push({ id, outcome: 'confirmed', message: null });
        } catch (error) {
          if (!(error instanceof InvoiceRefusal)) throw error;
          outcomes.push({ id, outcome: 'refused', message: refusalText(error) });
        }
      }
      await changed();
      return outcomes;
    },
    async dismissInboxRow(id, { author, note }) {
      await dismissMail(deps, id, { author, note, now: await clock.now() });
      await changed();
      return rowOf(id);
    },
    async undoInboxDecision(id, { author }) {
      await undoMail(deps, id, { author, now: await clock.now() });
      await changed();
      return rowOf(id);
    },
    async inboxDocument(id) {
      const { documentId } = await loadMail(pool, id);
      return documentId === null ? undefined : loadStoredDocument(pool, documentId, documentKey);
    },
  };
}

/** While the database takes no writes, mails are shown as they were judged last and without what they would change. */
async function unlessReadOnly<Result, Otherwise>(
  work: Promise<Result>,
  otherwise: Otherwise,
): Promise<Result | Otherwise> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof CannotWrite) return otherwise;
    throw error;
  }
}
