import { z } from 'zod';
import { INBOX_REASONS, INBOX_SOURCES, INBOX_STATES, type InboxReasonCode, type InboxRow } from '../contract/inbox.ts';
import { isoSql } from '../database/sql.ts';
import { proposalSchema } from './proposal.ts';
import { checkSender, type SenderRules } from './sender.ts';

const reasonCode = z
  .string()
  .refine((code): code is InboxReasonCode => Object.hasOwn(INBOX_REASONS, code), 'is not a reason known here');

export const reasonSchema = z.object({
  code: reasonCode,
  field: z.string().nullable(),
  detail: z.string().nullable(),
});

/** The trace headers, so that a sender who is trusted later is trusted for the mails that wait, too. */
export const senderSchema = z.object({ trace: z.array(z.object({ name: z.string(), value: z.string() })) });

export const INBOX_COLUMNS = `i.id::text AS id, i.source, i.state, i.reasons, ${isoSql('i.received_at')} AS "receivedAt",
  ${isoSql('i.stored_at')} AS "storedAt", i.from_address AS "from", i.subject, i.sender_checks AS sender, i.is_copy AS "isCopy", i.proposal,
  i.duplicate_of::text AS "duplicateOf", i.document_id::text AS "documentId", i.series_ids::text[] AS "seriesIds",
  i.decided_by AS "decidedBy", ${isoSql('i.decided_at')} AS "decidedAt", i.decision_note AS note`;

const storedMail = z.object({
  id: z.string(),
  source: z.enum(INBOX_SOURCES),
  state: z.enum(INBOX_STATES),
  reasons: z.array(reasonSchema),
  receivedAt: z.string(),
  storedAt: z.string(),
  from: z.string().nullable(),
  subject: z.string().nullable(),
  sender: senderSchema,
  isCopy: z.boolean(),
  proposal: proposalSchema,
  duplicateOf: z.string().nullable(),
  documentId: z.string().nullable(),
  seriesIds: z.array(z.string()),
  decidedBy: z.string().nullable(),
  decidedAt: z.string().nullable(),
  note: z.string().nullable(),
});
/** One row of `invoice_inbox`. */
export type StoredMail = z.output<typeof storedMail>;

export function parseMails(rows: readonly unknown[]): StoredMail[] {
  return z.array(storedMail).parse(rows);
}

/** As the API shows it. */
export function inboxRow(
  { proposal, documentId, isCopy: _, sender, seriesIds, ...mail }: StoredMail,
  rules: SenderRules,
): InboxRow {
  const { statements, documents, corrected } = proposal;
  return {
    ...mail,
    sender: checkSender(mail.from, sender.trace, rules),
    statements,
    documents,
    corrected,
    hasDocument: documentId !== null,
    seriesIds: mail.state === 'confirmed' ? seriesIds : [],
  };
}
