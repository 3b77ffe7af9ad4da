import { z } from 'zod';
import { BUDGET_SOURCES, type BudgetsAnswer, type ForecastRow, type ListAnswer } from '../../../contract/datasets.ts';
import { day, envelope, flagParameter, providerParameter, time, usdOrNull } from '../../shared/schemas.ts';

export const forecastQuery = z.strictObject({ provider: providerParameter.optional() });

const forecastRow = z.object({
  provider: z.string().meta({ description: 'A provider, or `all` for the whole.' }),
  monthToDateUsd: usdOrNull,
  runRateMonthUsd: usdOrNull,
  forecastMonthUsd: usdOrNull,
  budgetMonthUsd: usdOrNull,
  budgetPassedOn: day.nullable().meta({
    description:
      'The day on which the cumulated cost went above the budget, or is expected to; null where it stays within.',
  }),
}) satisfies z.ZodType<ForecastRow>;
export const forecast = z.object({ data: z.array(forecastRow), ...envelope }) satisfies z.ZodType<
  ListAnswer<ForecastRow>
>;

export const budgetsQuery = z.strictObject({ history: flagParameter.optional() });

const budgetAmount = z
  .string('must be a decimal string such as "150.00", or null to take the budget away')
  .regex(
    /^(?!0+(\.0+)?$)\d{1,9}(\.\d{1,2})?$/,
    'must be a decimal string above 0 such as "150.00" (at most two decimals), or null to take the budget away',
  );

export const budgetBody = z.strictObject({
  provider: providerParameter.meta({ description: 'A provider, or `all` for the whole.' }),
  monthUsd: budgetAmount.nullable(),
});

export const budgetRow = z.object({
  id: z.string(),
  provider: z.string(),
  monthUsd: usdOrNull,
  validFrom: time,
  source: z.enum(BUDGET_SOURCES),
  createdBy: z.string().nullable().meta({ description: 'Null for viewers.' }),
});
export const budgets = z.object({ data: z.array(budgetRow) }) satisfies z.ZodType<BudgetsAnswer>;
