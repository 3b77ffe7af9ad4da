import { createHash } from 'node:crypto';
import type { InboxSource } from '../contract/inbox.ts';
import type { Queryable } from '../database/queryable.ts';
import type { MailLocation } from './mail-store.ts';

/** A mail that is too large to be fetched: what the server says about it. */
export interface UnreadMail {
  readonly source: InboxSource;
  readonly location: MailLocation | null;
  readonly envelope: {
    readonly messageId: string | null;
    readonly from: string | null;
    readonly subject: string | null;
    readonly sentAt: string | null;
  };
  /** Bytes. */
  readonly size: number;
  readonly receivedAt: Date;
  readonly alongside?: (tx: Queryable) => Promise<void>;
  readonly judgeLater?: boolean;
}

/** In place of the hash of the parts. */
export function hashOfUnread(content: Uint8Array | string): string {
  return createHash('sha256').update('unread ').update(content).digest('hex');
}
