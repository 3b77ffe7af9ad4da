import { z } from 'zod';
import type {
  CostByUserRow,
  ErrorRateRow,
  ListAnswer,
  MonthlyModelRow,
  MonthlyRow,
  PagedAnswer,
  TokenRatioRow,
} from '../../../contract/datasets.ts';
import { count, envelope, period, ratioOrNull, usageFilters, usdOrNull, wholeNumber } from '../../shared/schemas.ts';

export const costByUserQuery = z.strictObject({
  ...period,
  ...usageFilters,
  limit: wholeNumber(1, 1000).optional(),
  cursor: z.string().max(1_200).optional(),
});

export const usageQuery = z.strictObject({ ...period, ...usageFilters });

export const monthlyQuery = z.strictObject({
  ...period,
  ...usageFilters,
  months: wholeNumber(1, 60).optional(),
  groupBy: z.enum(['month', 'model'], 'must be month or model').optional(),
});

const requestCount = count.nullable().meta({ description: 'Null where the source of this usage counts no requests.' });

const costByUserRow = z.object({
  userId: z.string(),
  email: z.string(),
  costUsd: usdOrNull,
  promptTokens: count,
  completionTokens: count,
  requests: requestCount,
  errors: requestCount,
  unpricedTokens: count,
});
export const costByUser = z.object({
  data: z.array(costByUserRow),
  ...envelope,
  nextCursor: z.string().nullable(),
}) satisfies z.ZodType<PagedAnswer<CostByUserRow>>;

const tokenRatioRow = z.object({
  provider: z.string(),
  model: z.string(),
  promptTokens: count,
  completionTokens: count,
  completionRatio: ratioOrNull.meta({ description: 'Completion tokens for each prompt token.' }),
  costUsd: usdOrNull,
  costPerThousandTokensUsd: usdOrNull,
  cachedTokens: count.meta({ description: 'Prompt tokens that the provider read from its cache.' }),
  cacheHitRate: ratioOrNull.meta({ description: 'Cached tokens for each prompt token.' }),
  gatewayCachedTokens: count.meta({ description: 'Tokens that a gateway answered from its own cache, at no cost.' }),
  cacheSavingsUsd: usdOrNull.meta({
    description: 'What these tokens would have cost more without the caches; null where a price is missing.',
  }),
});
export const tokenRatios = z.object({ data: z.array(tokenRatioRow), ...envelope }) satisfies z.ZodType<
  ListAnswer<TokenRatioRow>
>;

const errorRateRow = z.object({
  provider: z.string(),
  requests: requestCount,
  successes: requestCount,
  errors: requestCount,
  errorRate: ratioOrNull.meta({ description: '0 to 1; null without requests.' }),
});
export const errorRates = z.object({ data: z.array(errorRateRow), ...envelope }) satisfies z.ZodType<
  ListAnswer<ErrorRateRow>
>;

const monthlyRow = z.object({
  month: z.string().meta({ example: '2026-03' }),
  costUsd: usdOrNull,
  promptTokens: count.nullable(),
  completionTokens: count.nullable(),
  requests: count.nullable(),
  unpricedTokens: count.nullable(),
  provider: z.string().optional(),
  model: z.string().optional(),
});
export const monthlySummary = z.object({ data: z.array(monthlyRow), ...envelope });
monthlyRow.omit({ provider: true, model: true }) satisfies z.ZodType<MonthlyRow>;
monthlyRow.required() satisfies z.ZodType<MonthlyModelRow>;
