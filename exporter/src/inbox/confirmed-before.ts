import { z } from 'zod';
import type { InboxReason } from '../contract/inbox.ts';
import type { Queryable } from '../database/queryable.ts';
import { proposedStatement } from '../imports/preview-schema.ts';
import { numberKey } from '../invoices/names.ts';
import { correctionKey } from './corrections.ts';
import type { StoredMail } from './inbox-row.ts';
import { figuresOf } from './judge.ts';
import { proposalSchema } from './proposal.ts';

type ReadMail = Pick<StoredMail, 'id' | 'from' | 'proposal'>;

const confirmedRow = z.object({
  id: z.string(),
  from: z.string().nullable(),
  read: z.array(proposedStatement),
  documents: proposalSchema.shape.documents,
  origins: proposalSchema.shape.origins,
});

/**
 * Why a mail may be an invoice that was confirmed from another mail: its vendor and number were read there, too. A
 * number that was edited at the confirmation is not found among the invoices.
 */
export async function confirmedBefore(
  db: Queryable,
  mails: readonly ReadMail[],
): Promise<ReadonlyMap<string, readonly InboxReason[]>> {
  const numbers = new Set(
    mails.flatMap(({ proposal }) => proposal.read.flatMap((one) => one.invoiceNumber ?? [])).map(numberKey),
  );
  if (numbers.size === 0) return new Map();
  const { rows } = await db.query(
    `SELECT i.id::text AS id, i.from_address AS "from", i.proposal -> 'read' AS read,
       i.proposal -> 'documents' AS documents, i.proposal -> 'origins' AS origins
     FROM invoice_inbox i WHERE i.state = 'confirmed' AND EXISTS (
       SELECT FROM jsonb_array_elements(i.proposal -> 'read') AS s
       WHERE invoice_number_key(s ->> 'invoiceNumber') = ANY($1))
     ORDER BY i.id`,
    [[...numbers]],
  );
  const confirmed = z.array(confirmedRow).parse(rows);
  return new Map(mails.map((mail) => [mail.id, confirmed.flatMap((other) => comparison(mail, other))]));
}

function comparison({ from, proposal }: ReadMail, other: z.output<typeof confirmedRow>): InboxReason[] {
  const numbers = readNumbers(other.read, other, other.from);
  if (!readNumbers(proposal.read, proposal, from).some((one) => numbers.includes(one))) return [];
  const isSame = figuresOf(proposal.read) === figuresOf(other.read);
  return [
    isSame
      ? { code: 'same_invoice', field: null, detail: other.id }
      : { code: 'other_figures', field: 'invoiceNumber', detail: other.id },
  ];
}

function readNumbers(
  read: ReadMail['proposal']['read'],
  from: Pick<ReadMail['proposal'], 'documents' | 'origins'>,
  sender: string | null,
): string[] {
  return read.flatMap(({ invoiceNumber }, index) =>
    invoiceNumber === null ? [] : [`${correctionKey(from, sender, index) ?? ''} ${numberKey(invoiceNumber)}`],
  );
}
