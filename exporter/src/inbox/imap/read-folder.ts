import type { FetchMessageObject, ImapFlow } from 'imapflow';
import { ImportRefused } from '../../imports/refusal.ts';
import { MAX_MAIL_BYTES, type Inbox } from '../inbox.ts';
import { moveCursor, type Cursor, type ReaderLease } from './cursor.ts';

export interface FolderReading {
  readonly client: Pick<ImapFlow, 'search' | 'fetchOne'>;
  readonly uidValidity: string;
  readonly cursor: Cursor;
  readonly lease: ReaderLease;
  readonly inbox: Pick<Inbox, 'storeMail' | 'storeUnread' | 'judgeInbox'>;
  readonly signal: AbortSignal;
}

const BATCH = 25;
const BUSY_RETRY_MS = 2_000;

/**
 * Stores the mails behind the cursor, one after the other; returns where it ended. With another UIDVALIDITY every mail
 * is read again, and those that are known by their content stay one row. A mail that cannot be read is a row too.
 */
export async function readFolder(reading: FolderReading): Promise<Cursor> {
  const { client, uidValidity, signal, inbox } = reading;
  const isSame = reading.cursor.uidValidity === uidValidity;
  let cursor: Cursor = { uidValidity, lastUid: isSame ? reading.cursor.lastUid : 0 };
  const found = await client.search({ uid: `${cursor.lastUid + 1}:*` }, { uid: true });
  // "101:*" is the last mail where there is none after 100.
  const uids = (Array.isArray(found) ? found : []).filter((uid) => uid > cursor.lastUid).sort((a, b) => a - b);
  let unjudged = 0;
  try {
    for (const uid of uids) {
      if (signal.aborted) break;
      cursor = { uidValidity, lastUid: uid };
      await readOne(reading, cursor);
      unjudged += 1;
      if (unjudged === BATCH) {
        await inbox.judgeInbox();
        unjudged = 0;
      }
    }
  } finally {
    if (unjudged > 0) await inbox.judgeInbox();
  }
  return cursor;
}

async function readOne({ client, inbox, lease, signal }: FolderReading, cursor: Cursor): Promise<void> {
  const { uidValidity, lastUid: uid } = cursor;
  const query = { uid: true, size: true, envelope: true, internalDate: true } as const;
  const about = await client.fetchOne(String(uid), query, { uid: true });
  // Deleted since the search, by a person.
  if (about === false) return;
  const common = {
    source: 'imap',
    location: { mailbox: lease.mailbox, uidValidity, uid: String(uid) },
    receivedAt: receivedAt(about),
    alongside: (tx: Parameters<typeof moveCursor>[0]) => moveCursor(tx, lease, cursor),
    judgeLater: true,
  } as const;
  const size = about.size ?? 0;
  if (size > MAX_MAIL_BYTES) {
    await inbox.storeUnread({ ...common, size, envelope: envelopeOf(about) });
    return;
  }
  const message = await client.fetchOne(String(uid), { source: true }, { uid: true });
  const source = message === false ? undefined : message.source;
  if (source === undefined) return;
  await whenNotBusy(() => inbox.storeMail({ ...common, bytes: source }), signal);
}

function receivedAt({ internalDate }: FetchMessageObject): Date {
  const date = new Date(internalDate ?? Date.now());
  return Number.isNaN(date.getTime()) ? new Date() : date;
}

function envelopeOf({ envelope }: FetchMessageObject) {
  const from = envelope?.from?.length === 1 ? (envelope.from[0]?.address ?? null) : null;
  const sent = new Date(envelope?.date ?? NaN);
  return {
    messageId: envelope?.messageId ?? null,
    from,
    subject: envelope?.subject ?? null,
    sentAt: Number.isNaN(sent.getTime()) ? null : sent.toISOString(),
  };
}

/** Uploads are read by the same threads: it waits for its turn. */
async function whenNotBusy<Result>(work: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ImportRefused && error.code === 'busy') || signal.aborted) throw error;
      await new Promise((resolve) => setTimeout(resolve, BUSY_RETRY_MS));
    }
  }
}
