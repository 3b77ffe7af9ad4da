import { DATASETS, READERS } from '../../../contract/datasets.ts';
import { waitingStatements, withWaitingMail } from '../../../inbox/waiting-mails.ts';
import { missingInvoices } from '../../../invoices/missing.ts';
import { reconciliation } from '../../../invoices/reconciliation.ts';
import type { ApiDeps } from '../../deps.ts';
import type { Route } from '../../http/route.ts';
import { envelopeOf, withProvenance } from '../../shared/provenance.ts';
import { monthsPeriodOf } from '../../shared/period.ts';
import type { Reads } from '../../reads/cached-reads.ts';
import { missingAnswer, reconciliationAnswer, reconciliationQuery } from './schema.ts';

const common = { tag: 'Costs', roles: READERS, query: reconciliationQuery } as const;

export function reconciliationRoutes(deps: Pick<ApiDeps, 'collectors'>, reads: Reads): Route[] {
  return [
    reads.route({
      ...common,
      path: DATASETS.reconciliation.path,
      operationId: 'reconciliation',
      summary: "What each source says about a provider's month, and how far they are apart",
      description:
        'Whole months, newest first. Without `from` and `to`: the last 6 calendar months, the running one included.',
      answers: { 200: { description: 'One row a provider and month.', schema: reconciliationAnswer } },
      async read({ query, context }) {
        const period = monthsPeriodOf(query, context.today, 6);
        const { rows, provenance } = await withProvenance(deps, context, { ...period, provider: query.provider }, () =>
          reconciliation(context.db, { ...period, provider: query.provider }),
        );
        return { data: rows, ...envelopeOf(period, provenance) };
      },
    }),
    reads.route({
      ...common,
      path: DATASETS['missing-invoices'].path,
      operationId: 'missingInvoices',
      summary: 'Stretches of days for which an invoice is missing',
      description:
        'Of providers that are known only by their invoices, at most twelve months back and a month each, as the ' +
        'vendor bills: 9 July to 9 August (exclusive). Without `from` and `to`: all of them. `waitingMail` names a mail of the inbox that waits with these days.',
      answers: { 200: { description: 'One row a provider and stretch, oldest first.', schema: missingAnswer } },
      async read({ query, context }) {
        const period = monthsPeriodOf(query, context.today, 13);
        const { rows, provenance } = await withProvenance(
          deps,
          context,
          { ...period, provider: query.provider },
          async () =>
            withWaitingMail(
              await missingInvoices(context.db, { ...period, today: context.today, provider: query.provider }),
              await waitingStatements(context.db),
            ),
        );
        return { data: rows, ...envelopeOf(period, provenance) };
      },
    }),
  ];
}
