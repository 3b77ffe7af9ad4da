import { z } from 'zod';
import {
  CHANGE_CAUSES,
  LINE_FIGURES,
  LINE_KINDS,
  MONTH_STATES,
  type MonthAnswer,
  type MonthChangesAnswer,
  type MonthClosedAnswer,
  type MonthListAnswer,
  type MonthPreviewAnswer,
  type MonthStatement,
} from '../../../contract/months.ts';
import { COST_SOURCES } from '../../../contract/providers.ts';
import { LANGUAGES } from '../../../months/page/language.ts';
import {
  count,
  day,
  envelope,
  ratioOrNull,
  time,
  timeOrNull,
  usd,
  usdOrNull,
  warningsSchema,
} from '../../shared/schemas.ts';

const MONTH = /^20\d{2}-(0[1-9]|1[0-2])$/;
export const monthName = z.string().regex(MONTH, 'must be a month such as 2026-03').meta({ example: '2026-03' });
export const monthParams = z.strictObject({ month: monthName });

export const STATEMENT_VIEWS = ['closed', 'live'] as const;
export const viewQuery = z.strictObject({
  view: z
    .enum(STATEMENT_VIEWS, `must be ${STATEMENT_VIEWS.join(' or ')}`)
    .optional()
    .meta({ description: '`closed`: as it was frozen (default where the month is closed); `live`: as known now.' }),
});
export const pageQuery = viewQuery.extend({
  lang: z.enum(LANGUAGES, `must be ${LANGUAGES.join(' or ')}`).optional(),
});

const month = z.string().meta({ example: '2026-03' });
const figures = z.object({
  revenueUsd: usdOrNull.meta({ description: 'Recognised revenue.' }),
  cashUsd: usdOrNull,
  billedUsd: usdOrNull,
  paymentFeesUsd: usdOrNull,
  llmCostUsd: usdOrNull,
  infrastructureCostUsd: usdOrNull.meta({ description: 'Everything but LLM and payment fees.' }),
  netMarginUsd: usdOrNull.meta({ description: 'Null where one of its parts is not known.' }),
  netMarginRatio: ratioOrNull,
  mrrUsd: usdOrNull.meta({ description: 'The newest snapshot of the month.' }),
});
const lineFacts = {
  figure: z.enum(LINE_FIGURES),
  key: z.string().meta({ description: 'The same in every version.' }),
  provider: z.string().nullable(),
  component: z.string().nullable(),
  source: z.enum(COST_SOURCES).nullable(),
  invoiceNumber: z.string().nullable(),
};
const monthLine = z.object({
  ...lineFacts,
  kind: z.enum(LINE_KINDS),
  version: z.int().nullable().meta({ description: 'Of an entered invoice.' }),
  amountUsd: usdOrNull,
  currency: z.string().nullable().meta({ description: 'Without a rate to USD, where the amount is null.' }),
});
const monthDay = z.object({
  day,
  mrrUsd: usdOrNull,
  revenueUsd: usdOrNull,
  costUsd: usdOrNull,
  marginUsd: usdOrNull,
  costs: z.record(z.string(), usd).meta({ description: 'By provider.' }),
});

export const statement = z.object({
  month,
  from: day,
  to: day.meta({ description: 'Exclusive; before the end of the month while a source has not got that far.' }),
  complete: z.boolean(),
  demo: z.boolean(),
  figures,
  movements: z
    .object({
      openingUsd: usdOrNull,
      newUsd: usdOrNull,
      expansionUsd: usdOrNull,
      contractionUsd: usdOrNull,
      churnUsd: usdOrNull,
      reactivationUsd: usdOrNull,
      rateChangeUsd: usdOrNull,
      correctionUsd: usdOrNull,
      closingUsd: usdOrNull,
    })
    .nullable()
    .meta({ description: 'How MRR moved; opening and the movements add up to closing. Null while it is not known.' }),
  coverage: envelope.coverage,
  providers: z.array(
    z.object({
      provider: z.string(),
      title: z.string(),
      costUsd: usdOrNull,
      sources: z.array(z.object({ source: z.enum(COST_SOURCES), costUsd: usd })),
    }),
  ),
  missingInvoices: z.array(z.object({ provider: z.string(), month: z.string(), from: day, to: day })),
  warnings: warningsSchema,
  days: z.array(monthDay),
  llmByMonth: z.array(z.object({ month, costUsd: usdOrNull })),
  models: z.array(
    z.object({
      provider: z.string(),
      model: z.string(),
      promptTokens: count,
      completionTokens: count,
      costUsd: usdOrNull,
    }),
  ),
  requests: z.array(
    z.object({ provider: z.string(), requests: count.nullable(), errors: count.nullable(), errorRate: ratioOrNull }),
  ),
  lines: z.array(monthLine).meta({ description: 'What each figure consists of; they add up to it.' }),
}) satisfies z.ZodType<MonthStatement>;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
export const monthAnswer = z.object({
  month,
  state: z.enum(MONTH_STATES),
  versions: z.array(
    z.object({
      version: z.int(),
      action: z.enum(['close', 'reopen']),
      sha256: sha256.nullable(),
      at: time,
      createdBy: z.string().nullable().meta({ description: 'Null for viewers.' }),
      reason: z.string().nullable().meta({ description: 'Null for viewers.' }),
    }),
  ),
  live: statement,
  frozen: statement.nullable().meta({ description: 'Null unless the month is closed.' }),
}) satisfies z.ZodType<MonthAnswer>;

export const monthList = z.object({
  data: z.array(
    z.object({
      month,
      state: z.enum(MONTH_STATES),
      version: z.int().nullable(),
      sha256: sha256.nullable(),
      at: timeOrNull,
    }),
  ),
}) satisfies z.ZodType<MonthListAnswer>;

export const monthChangesAnswer = z.object({
  month,
  version: z.int(),
  closedAt: time,
  figures: z.array(
    z.object({
      figure: z.enum([...LINE_FIGURES, 'margin']),
      beforeUsd: usdOrNull,
      afterUsd: usdOrNull,
      differenceUsd: usdOrNull.meta({ description: 'The sum of the changes; null for a margin that is not known.' }),
    }),
  ),
  changes: z.array(
    z.object({
      ...lineFacts,
      cause: z.enum(CHANGE_CAUSES),
      beforeUsd: usdOrNull,
      afterUsd: usdOrNull,
      differenceUsd: usd,
      at: timeOrNull,
      by: z.string().nullable().meta({ description: 'Null for viewers.' }),
      reason: z.string().nullable().meta({ description: 'Null for viewers.' }),
    }),
  ),
}) satisfies z.ZodType<MonthChangesAnswer>;

export const monthPreview = z.object({
  month,
  sha256: sha256.meta({ description: 'Send it back to close the month with exactly this statement.' }),
  statement,
}) satisfies z.ZodType<MonthPreviewAnswer>;

export const monthClosed = z.object({
  month,
  version: z.int(),
  sha256: sha256.nullable(),
}) satisfies z.ZodType<MonthClosedAnswer>;

const reason = z.string().trim().min(1, 'must not be empty').max(500, 'must have at most 500 characters');
export const closeBody = z.strictObject({
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be the sha256 that the preview gave'),
  reason: reason.optional(),
});
export const reopenBody = z.strictObject({ reason });
