import { z } from 'zod';
import {
  CUSTOMER_ROW_KINDS,
  REVENUE_BASES,
  type CustomerMarginAnswer,
  type ListAnswer,
  type RevenueVsCostsRow,
  type SummaryAnswer,
  type SummaryTrendRow,
} from '../../../contract/datasets.ts';
import {
  count,
  day,
  envelope,
  lastSync,
  period,
  ratioOrNull,
  revenueParameter,
  usdOrNull,
  wholeNumber,
} from '../../shared/schemas.ts';

export const marginQuery = z.strictObject({ ...period, revenue: revenueParameter.optional() });
export const customerQuery = z.strictObject({ ...period, limit: wholeNumber(1, 1000).optional() });

export const summary = z.object({
  revenueBasis: z.enum(REVENUE_BASES),
  revenueUsd: usdOrNull,
  llmCostUsd: usdOrNull,
  infrastructureCostUsd: usdOrNull.meta({ description: 'Everything but LLM and payment fees.' }),
  paymentFeesUsd: usdOrNull,
  netMarginUsd: usdOrNull,
  netMarginRatio: ratioOrNull.meta({ description: 'Null where revenue is 0 or not known.' }),
  mrrUsd: usdOrNull,
  lastSync,
  ...envelope,
}) satisfies z.ZodType<SummaryAnswer>;

const trendRow = z.object({
  day,
  revenueUsd: usdOrNull,
  llmCostUsd: usdOrNull,
  infrastructureCostUsd: usdOrNull,
  netMarginUsd: usdOrNull,
});
export const summaryTrend = z.object({ data: z.array(trendRow), ...envelope }) satisfies z.ZodType<
  ListAnswer<SummaryTrendRow>
>;

const revenueRow = z.object({
  day,
  mrrUsd: usdOrNull,
  revenueUsd: usdOrNull,
  costUsd: usdOrNull.meta({ description: 'LLM + infrastructure + payment fees.' }),
  marginUsd: usdOrNull.meta({ description: 'Null on days that are not complete for every source.' }),
});
export const revenueVsCosts = z.object({ data: z.array(revenueRow), ...envelope }) satisfies z.ZodType<
  ListAnswer<RevenueVsCostsRow>
>;

const customerRow = z.object({
  kind: z.enum(CUSTOMER_ROW_KINDS),
  customer: z.string().nullable(),
  name: z.string().nullable().meta({ description: "Stripe's name, else the e-mail, else the id." }),
  email: z.string().nullable(),
  revenueUsd: usdOrNull,
  llmCostUsd: usdOrNull,
  marginUsd: usdOrNull,
  marginRatio: ratioOrNull,
  users: count,
  unpricedTokens: count,
});
export const marginByCustomer = z.object({
  data: z.array(customerRow),
  totals: z.object({ revenueUsd: usdOrNull, llmCostUsd: usdOrNull, marginUsd: usdOrNull }),
  ...envelope,
}) satisfies z.ZodType<CustomerMarginAnswer>;
