import type { Clock } from '../database/clock.ts';
import { readDataVersion } from '../database/data-version.ts';
import type { Queryable } from '../database/queryable.ts';
import { InvoiceRefusal } from '../invoices/refusal.ts';
import type { InvoiceService, Preview } from '../invoices/service.ts';
import { dayOf } from '../money/days.ts';
import { createSharedReads } from '../process/shared-reads.ts';

export type Previewing = Pick<InvoiceService, 'previewStatements'>;

export interface PreviewSource {
  readonly pool: Queryable;
  readonly clock: Pick<Clock, 'now'>;
  readonly invoices: Previewing;
}

/** More than a page of the inbox shows. */
const MAX_PREVIEWS = 500;
/** An upper bound where somebody changes the data by hand, which the data version does not tell. */
const MAX_AGE_MS = 60_000;

/**
 * Previews, each computed once for the data as they are at the call of what this returns. A preview writes and rolls
 * back: it waits for its turn among the writes, and moves the stamp that cached answers of the API hang on.
 */
export function createPreviews({ pool, clock, invoices }: PreviewSource): () => Promise<Previewing> {
  const shared = createSharedReads<Preview | InvoiceRefusal>(MAX_PREVIEWS, MAX_AGE_MS);
  return async () => {
    const { version } = await readDataVersion(pool);
    if (version === null) return invoices;
    const data = `${version} ${dayOf(await clock.now())}`;
    return {
      async previewStatements(statements) {
        const found = await shared(`${data} ${JSON.stringify(statements)}`, () =>
          invoices.previewStatements(statements).catch(refusalOnly),
        );
        if (found instanceof InvoiceRefusal) throw found;
        return found;
      },
    };
  };
}

/** What is refused is refused again for the same data; another failure is tried again. */
function refusalOnly(error: unknown): InvoiceRefusal {
  if (error instanceof InvoiceRefusal) return error;
  throw error;
}
