import { z } from 'zod';
import {
  INBOX_SOURCES,
  INBOX_STATES,
  type InboxAnswer,
  type InboxConfirmAnswer,
  type InboxConfirmManyAnswer,
  type InboxCountAnswer,
  type InboxRow,
  type InboxRowAnswer,
} from '../../../contract/inbox.ts';
import type { ProposedStatement } from '../../../contract/imports.ts';
import { confirmStatement, type ConfirmStatement } from '../../../imports/confirm-statements.ts';
import { MAX_LINES } from '../../../imports/limits.ts';
import { proposedStatement, readUploadSchema } from '../../../imports/preview-schema.ts';
import { reasonSchema } from '../../../inbox/inbox-row.ts';
import { notesSchema, voidSchema } from '../../../invoices/entry-schema.ts';
import { time, warningsSchema, wholeNumber } from '../../shared/schemas.ts';
import { entryAnswer, previewRow } from '../billing/schema.ts';

/** A page of the inbox shows at most so many. */
const MAX_IDS = 200;
const id = z.string().regex(/^[1-9]\d{0,17}$/, 'must be the id of a mail');
const state = z.enum(INBOX_STATES, `must be one of ${INBOX_STATES.join(', ')}`);
const textOrNull = z.string().nullable();

export const mailParams = z.strictObject({ id });
export const inboxQuery = z.strictObject({
  state: z
    .union([state, z.array(state)], `must be one of ${INBOX_STATES.join(', ')}, or several`)
    .transform((given) => [given].flat())
    .optional()
    .meta({
      type: 'array',
      items: { type: 'string', enum: [...INBOX_STATES] },
      description: 'One or several: `?state=ready&state=needs_attention`. Default: all.',
    }),
  limit: wholeNumber(1, MAX_IDS).optional(),
  cursor: id.optional(),
});

export const confirmBody = z.strictObject({
  statements: z
    .array(confirmStatement)
    .min(1, 'must hold at least one statement')
    .max(MAX_LINES, `must hold at most ${MAX_LINES} statements`)
    .optional()
    .meta({ description: 'As the reviewer corrected them; without it as they are proposed.' }),
  note: notesSchema.optional(),
});
/** A corrected statement in the shape of a proposal: null where a field is left out. */
export function proposedOf({ additional, ...given }: ConfirmStatement): ProposedStatement {
  return {
    ...given,
    component: given.component ?? null,
    invoiceNumber: given.invoiceNumber ?? null,
    billingDate: given.billingDate ?? null,
    periodStart: given.periodStart ?? null,
    periodEnd: given.periodEnd ?? null,
    fxRate: given.fxRate ?? null,
    taxAmount: given.taxAmount ?? null,
    notes: given.notes ?? null,
    additional: additional ?? false,
  };
}

export const confirmManyBody = z.strictObject({
  ids: z.array(id).min(1, 'must hold at least one id').max(MAX_IDS, `must hold at most ${MAX_IDS} ids`),
});
export const dismissBody = voidSchema;

const inboxRow = z.object({
  id: z.string(),
  source: z.enum(INBOX_SOURCES),
  state: z.enum(INBOX_STATES),
  reasons: z.array(reasonSchema),
  receivedAt: time,
  storedAt: time,
  from: textOrNull,
  subject: textOrNull,
  sender: z.object({
    trusted: z.boolean().nullable(),
    signed: z.boolean().nullable(),
    evidence: textOrNull,
  }),
  statements: z.array(proposedStatement).meta({ description: 'What confirm enters.' }),
  documents: readUploadSchema.shape.documents.meta({
    description: 'Each value with where it was found and how sure that is.',
  }),
  corrected: z
    .array(z.string())
    .meta({ description: 'Fields of the statements that a remembered correction changed.' }),
  duplicateOf: textOrNull,
  hasDocument: z.boolean(),
  seriesIds: z.array(z.string()),
  decidedBy: textOrNull,
  decidedAt: time.nullable(),
  note: textOrNull,
}) satisfies z.ZodType<InboxRow>;

const effect = z
  .object({ months: z.array(previewRow).nullable(), refusal: textOrNull })
  .nullable()
  .meta({ description: 'What confirming it as it is would change, or why it would be refused.' });

export const inboxAnswer = z.object({
  data: z.array(inboxRow.extend({ effect })),
  nextCursor: textOrNull,
  sources: z.array(z.enum(INBOX_SOURCES)).meta({ description: 'By which ways mails come.' }),
}) satisfies z.ZodType<InboxAnswer>;

const count = z.int().min(0);
export const countAnswer = z.object({
  data: z.object({
    new: count,
    ready: count,
    needs_attention: count,
    not_an_invoice: count,
    duplicate: count,
    confirmed: count,
    dismissed: count,
  }),
}) satisfies z.ZodType<InboxCountAnswer>;

export const rowAnswer = z.object({ data: inboxRow }) satisfies z.ZodType<InboxRowAnswer>;
export const confirmAnswer = z.object({
  data: inboxRow,
  entries: entryAnswer.shape.data,
  warnings: warningsSchema,
}) satisfies z.ZodType<InboxConfirmAnswer>;
export const confirmManyAnswer = z.object({
  data: z.array(z.object({ id: z.string(), outcome: z.enum(['confirmed', 'refused']), message: textOrNull })),
}) satisfies z.ZodType<InboxConfirmManyAnswer>;
