import { z } from 'zod';
import {
  INBOX_STATES,
  OPEN_STATES,
  type InboxCounts,
  type InboxReason,
  type InboxSource,
  type InboxState,
} from '../contract/inbox.ts';
import type { Queryable } from '../database/queryable.ts';
import { InvoiceRefusal } from '../invoices/refusal.ts';
import { INBOX_COLUMNS, parseMails, type StoredMail } from './inbox-row.ts';
import type { Proposal } from './proposal.ts';
import type { MailHeader } from './sender.ts';
import { storable, storableJson } from './storable.ts';

/** Where an IMAP server has a mail. */
export interface MailLocation {
  /** `user@host/folder`. */
  readonly mailbox: string;
  readonly uidValidity: string;
  readonly uid: string;
}

export interface NewMail {
  readonly source: InboxSource;
  readonly location: MailLocation | null;
  readonly messageId: string | null;
  /** Hex. */
  readonly sha256: string;
  readonly size: number;
  readonly receivedAt: Date;
  readonly from: string | null;
  readonly subject: string | null;
  readonly trace: readonly MailHeader[];
  readonly proposal: Proposal;
}

/** `new`: waits to be judged. `copy`: the same mail is stored already. `known`: this one is stored already. */
export interface MailOutcome {
  readonly id: string;
  readonly outcome: 'new' | 'copy' | 'known';
}

/** Stores a mail once, however often and by however many ways it comes. */
export async function insertMail(tx: Queryable, mail: NewMail, now: Date): Promise<MailOutcome> {
  const known = mail.location === null ? undefined : await mailAt(tx, mail.location, mail.sha256);
  if (known !== undefined) return { id: known, outcome: 'known' };
  const inserted = await insert(tx, mail, now, null);
  if (inserted !== undefined) return { id: inserted, outcome: 'new' };
  const first = await firstWithContent(tx, mail.sha256);
  // What comes by other ways than a folder has no place that would tell two deliveries of one mail apart.
  if (mail.location === null) return { id: first, outcome: 'known' };
  const copy = await insert(tx, mail, now, first);
  return copy === undefined ? { id: first, outcome: 'known' } : { id: copy, outcome: 'copy' };
}

/**
 * The row of a mail at its place. After a change of UIDVALIDITY the same mails have new numbers: one that is known by
 * its content in this folder moves to its new place.
 */
async function mailAt(
  tx: Queryable,
  { mailbox, uidValidity, uid }: MailLocation,
  sha256: string,
): Promise<string | undefined> {
  const { rows } = await tx.query<{ id: string }>(
    'SELECT id::text AS id FROM invoice_inbox WHERE mailbox = $1 AND uid_validity = $2 AND uid = $3',
    [mailbox, uidValidity, uid],
  );
  if (rows[0] !== undefined) return rows[0].id;
  const moved = await tx.query<{ id: string }>(
    `UPDATE invoice_inbox SET uid_validity = $2, uid = $3 WHERE id = (
       SELECT id FROM invoice_inbox WHERE mailbox = $1 AND uid_validity <> $2 AND message_sha256 = decode($4, 'hex')
       ORDER BY id LIMIT 1)
     RETURNING id::text AS id`,
    [mailbox, uidValidity, uid, sha256],
  );
  return moved.rows[0]?.id;
}

/** Undefined where a mail with this content is there already; `copyOf` stores it as a further copy. */
async function insert(tx: Queryable, mail: NewMail, now: Date, copyOf: string | null): Promise<string | undefined> {
  const reasons: InboxReason[] = copyOf === null ? [] : [{ code: 'same_mail', field: null, detail: copyOf }];
  const { rows } = await tx.query<{ id: string }>(
    `INSERT INTO invoice_inbox (source, mailbox, uid_validity, uid, message_id, message_sha256, size, received_at,
       stored_at, from_address, subject, sender_checks, proposal, is_copy, duplicate_of, state, reasons)
     VALUES ($1, $2, $3, $4, $5, decode($6, 'hex'), $7, $8, $9, $10, $11, $12, $13, $14::bigint IS NOT NULL,
       $14::bigint, CASE WHEN $14::bigint IS NULL THEN 'new' ELSE 'duplicate' END, $15)
     ON CONFLICT DO NOTHING RETURNING id::text AS id`,
    [
      mail.source,
      mail.location?.mailbox ?? null,
      mail.location?.uidValidity ?? null,
      mail.location?.uid ?? null,
      mail.messageId === null ? null : storable(mail.messageId),
      mail.sha256,
      mail.size,
      mail.receivedAt,
      now,
      mail.from === null ? null : storable(mail.from),
      mail.subject === null ? null : storable(mail.subject),
      storableJson({ trace: mail.trace }),
      storableJson(mail.proposal),
      copyOf,
      JSON.stringify(reasons),
    ],
  );
  return rows[0]?.id;
}

async function firstWithContent(tx: Queryable, sha256: string): Promise<string> {
  const { rows } = await tx.query(
    `SELECT id::text AS id FROM invoice_inbox WHERE message_sha256 = decode($1, 'hex') AND NOT is_copy`,
    [sha256],
  );
  return z.tuple([z.object({ id: z.string() })]).parse(rows)[0].id;
}

/** Throws InvoiceRefusal where there is no such mail. */
export async function loadMail(db: Queryable, id: string): Promise<StoredMail> {
  const { rows } = await db.query(`SELECT ${INBOX_COLUMNS} FROM invoice_inbox i WHERE i.id = $1::bigint`, [id]);
  return onlyMail(rows, id);
}

/** As `loadMail`; the row is the caller's until its transaction ends. */
export async function lockMail(tx: Queryable, id: string): Promise<StoredMail> {
  const { rows } = await tx.query(`SELECT ${INBOX_COLUMNS} FROM invoice_inbox i WHERE i.id = $1::bigint FOR UPDATE`, [
    id,
  ]);
  return onlyMail(rows, id);
}

function onlyMail(rows: readonly unknown[], id: string): StoredMail {
  const [mail] = parseMails(rows);
  if (mail === undefined) throw new InvoiceRefusal(`There is no mail ${id}.`, { kind: 'unknown' });
  return mail;
}

/** What is proposed for these mails, by id. */
export async function proposedNow(
  db: Queryable,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Proposal['statements']>> {
  const { rows } = await db.query(`SELECT ${INBOX_COLUMNS} FROM invoice_inbox i WHERE i.id = ANY($1::bigint[])`, [ids]);
  return new Map(parseMails(rows).map(({ id, proposal }) => [id, proposal.statements]));
}

/**
 * Mails that wait for a person, and those of an invoice that was stored or waited elsewhere, which may be gone by now.
 * Oldest first.
 */
export async function openMails(db: Queryable): Promise<StoredMail[]> {
  const { rows } = await db.query(
    `SELECT ${INBOX_COLUMNS} FROM invoice_inbox i WHERE i.state = ANY($1) OR (i.state = 'duplicate' AND NOT i.is_copy)
     ORDER BY i.id`,
    [OPEN_STATES],
  );
  return parseMails(rows);
}

export interface InboxQuery {
  readonly states?: readonly InboxState[] | undefined;
  readonly limit: number;
  /** Rows with a smaller id. */
  readonly before?: string | undefined;
}

/** Newest first. */
export async function mailPage(db: Queryable, { states, limit, before }: InboxQuery): Promise<StoredMail[]> {
  const { rows } = await db.query(
    `SELECT ${INBOX_COLUMNS} FROM invoice_inbox i
     WHERE ($1::text[] IS NULL OR i.state = ANY($1)) AND ($2::bigint IS NULL OR i.id < $2)
     ORDER BY i.id DESC LIMIT $3`,
    [states ?? null, before ?? null, limit],
  );
  return parseMails(rows);
}

const countRow = z.object({ state: z.enum(INBOX_STATES), count: z.int() });

/** How many mails have each state; 0 where none has. */
export async function countMails(db: Queryable): Promise<InboxCounts> {
  const { rows } = await db.query('SELECT state, count(*)::int AS count FROM invoice_inbox GROUP BY state');
  const counts = Object.fromEntries(
    z
      .array(countRow)
      .parse(rows)
      .map(({ state, count }) => [state, count]),
  );
  const of = (state: InboxState): number => counts[state] ?? 0;
  return {
    new: of('new'),
    ready: of('ready'),
    needs_attention: of('needs_attention'),
    not_an_invoice: of('not_an_invoice'),
    duplicate: of('duplicate'),
    confirmed: of('confirmed'),
    dismissed: of('dismissed'),
  };
}

export interface MailVerdict {
  readonly id: string;
  readonly state: InboxState;
  readonly reasons: readonly InboxReason[];
  readonly duplicateOf: string | null;
  readonly proposal: Proposal;
}

/** Writes what changed about an undecided mail; one that was decided meanwhile stays as it is. */
export async function updateVerdict(tx: Queryable, verdict: MailVerdict): Promise<void> {
  await tx.query(
    `UPDATE invoice_inbox SET state = $2, reasons = $3, duplicate_of = $4, proposal = $5
     WHERE id = $1::bigint AND (state = ANY($6) OR (state = 'duplicate' AND NOT is_copy))`,
    [
      verdict.id,
      verdict.state,
      JSON.stringify(verdict.reasons),
      verdict.duplicateOf,
      JSON.stringify(verdict.proposal),
      OPEN_STATES,
    ],
  );
}
