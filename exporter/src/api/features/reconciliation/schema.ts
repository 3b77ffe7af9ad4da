import { z } from 'zod';
import type { ListAnswer, MissingInvoiceWithMail, ReconciliationRow } from '../../../contract/datasets.ts';
import { COST_SOURCES } from '../../../contract/providers.ts';
import { count, day, envelope, period, providerParameter, ratioOrNull, usdOrNull } from '../../shared/schemas.ts';

export const reconciliationQuery = z.strictObject({ ...period, provider: providerParameter.optional() });

const month = z.string().meta({ example: '2026-03' });

const reconciliationRow = z.object({
  provider: z.string(),
  month,
  countedUsd: usdOrNull.meta({ description: 'What counts in every total.' }),
  source: z.enum([...COST_SOURCES, 'mixed']).nullable(),
  invoiceUsd: usdOrNull,
  providerInvoiceUsd: usdOrNull,
  usageUsd: usdOrNull,
  usageDays: count,
  daysInMonth: count,
  fixedUsd: usdOrNull,
  estimateUsd: usdOrNull,
  driftUsd: usdOrNull.meta({
    description: 'The best known source minus the next one; null unless both cover the whole month.',
  }),
  driftRatio: ratioOrNull,
  drifts: z.boolean().meta({ description: 'More than 1 % apart.' }),
});
export const reconciliationAnswer = z.object({ data: z.array(reconciliationRow), ...envelope }) satisfies z.ZodType<
  ListAnswer<ReconciliationRow>
>;

export const missingAnswer = z.object({
  data: z.array(
    z.object({
      provider: z.string(),
      month: month.meta({ description: 'The month of `from`.' }),
      from: day,
      to: day.meta({ format: 'date', description: 'Exclusive.' }),
      waitingMail: z.string().nullable().meta({
        description: 'The id of a mail in the inbox that proposes an invoice for these days.',
      }),
    }),
  ),
  ...envelope,
}) satisfies z.ZodType<ListAnswer<MissingInvoiceWithMail>>;
