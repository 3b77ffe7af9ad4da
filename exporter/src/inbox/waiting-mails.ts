import { z } from 'zod';
import type { MissingInvoiceRow, MissingInvoiceWithMail } from '../contract/billing.ts';
import { OPEN_STATES } from '../contract/inbox.ts';
import type { Queryable } from '../database/queryable.ts';
import { vendorKey } from '../invoices/names.ts';

const waitingRow = z.object({ id: z.string(), provider: z.string(), from: z.string(), to: z.string() });

/** What a mail that waits proposes for whom, with the period; oldest first. */
type WaitingStatement = z.output<typeof waitingRow>;

/** Of mails whose provider and period were read. */
export async function waitingStatements(db: Queryable): Promise<WaitingStatement[]> {
  const { rows } = await db.query(
    `SELECT i.id::text AS id, s ->> 'provider' AS provider, s ->> 'periodStart' AS "from", s ->> 'periodEnd' AS "to"
     FROM invoice_inbox i CROSS JOIN jsonb_array_elements(i.proposal -> 'statements') AS s
     WHERE i.state = ANY($1) AND s ->> 'provider' IS NOT NULL AND s ->> 'periodStart' IS NOT NULL
       AND s ->> 'periodEnd' IS NOT NULL
     ORDER BY i.id`,
    [OPEN_STATES],
  );
  return z.array(waitingRow).parse(rows);
}

/** Names the mail that waits with (a part of) the days that are missing. Pure. */
export function withWaitingMail(
  missing: readonly MissingInvoiceRow[],
  waiting: readonly WaitingStatement[],
): MissingInvoiceWithMail[] {
  return missing.map((row) => {
    const mail = waiting.find(
      ({ provider, from, to }) => vendorKey(provider) === vendorKey(row.provider) && from < row.to && to > row.from,
    );
    return { ...row, waitingMail: mail?.id ?? null };
  });
}
