import { z } from 'zod';
import {
  BUDGET_SOURCES,
  THRESHOLD_STATES,
  type BudgetStandingAnswer,
  type BudgetsAnswer,
  type ForecastRow,
  type ListAnswer,
} from '../../../contract/datasets.ts';
import { withWhole } from '../../../money/thresholds.ts';
import {
  day,
  envelope,
  flagParameter,
  nameParameter,
  providerParameter,
  time,
  usd,
  usdOrNull,
} from '../../shared/schemas.ts';

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

const percents = z
  .array(z.int('must be whole percents').min(1, 'must be at least 1').max(999, 'must be at most 999'))
  .max(10, 'must have at most 10 thresholds')
  .transform(withWhole)
  .meta({ example: [50, 80, 100], description: 'Percent of the budget; 100 is always one. Absent: as they were.' });

export const budgetBody = z
  .strictObject({
    provider: providerParameter.meta({ description: 'A provider, or `all` for the whole.' }).optional(),
    customer: nameParameter
      .meta({ example: 'cus_NffrFeUfNV2Hib', description: "Stripe's customer id: the LLM cost of its users." })
      .optional(),
    userId: nameParameter.meta({ description: 'The LLM cost of this user.' }).optional(),
    monthUsd: budgetAmount.nullable(),
    thresholds: percents.optional(),
  })
  .refine(
    ({ provider, customer, userId }) => [provider, customer, userId].filter((one) => one !== undefined).length === 1,
    {
      path: ['provider'],
      message: 'name what the budget is for: exactly one of provider, customer and userId',
    },
  );

const scope = { provider: z.string().nullable(), customer: z.string().nullable(), userId: z.string().nullable() };

export const budgetRow = z.object({
  id: z.string(),
  ...scope,
  monthUsd: usdOrNull,
  thresholds: z.array(z.int()),
  validFrom: time,
  source: z.enum(BUDGET_SOURCES),
  createdBy: z.string().nullable().meta({ description: 'Null for viewers.' }),
});
export const budgets = z.object({ data: z.array(budgetRow) }) satisfies z.ZodType<BudgetsAnswer>;
export const storedBudgets = budgets.extend({ warnings: z.array(z.string()) }) satisfies z.ZodType<BudgetsAnswer>;

export const standing = z.object({
  from: day,
  to: day,
  data: z.array(
    z.object({
      ...scope,
      name: z.string().nullable().meta({ description: "Stripe's name of the customer." }),
      monthUsd: usd,
      spentUsd: usdOrNull,
      isAtLeast: z.boolean().meta({ description: 'A part of the cost is not known: more was spent than `spentUsd`.' }),
      forecastMonthUsd: usdOrNull,
      thresholds: z.array(
        z.object({
          percent: z.int(),
          amountUsd: usd,
          passedOn: day.nullable(),
          state: z.enum(THRESHOLD_STATES),
        }),
      ),
    }),
  ),
}) satisfies z.ZodType<BudgetStandingAnswer>;
