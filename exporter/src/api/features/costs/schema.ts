import { z } from 'zod';
import type { CostSourceRow, InfrastructureCostRow, ListAnswer } from '../../../contract/datasets.ts';
import { COST_FIELDS, COST_SOURCES, recordOf } from '../../../contract/providers.ts';
import { count, day, dayParameter, envelope, period, providerParameter, usd, usdOrNull } from '../../shared/schemas.ts';

export const costQuery = z.strictObject({ ...period, provider: providerParameter.optional() });

export const COST_VIEWS = ['restated', 'as_booked'] as const;

export const infrastructureCostQuery = z.strictObject({
  ...period,
  provider: providerParameter.optional(),
  view: z
    .enum(COST_VIEWS, `must be ${COST_VIEWS.join(' or ')}`)
    .optional()
    .meta({
      description:
        '`restated` (default): with every correction; ' +
        '`as_booked`: with the invoices that were entered by the end of `asOf`.',
    }),
  asOf: dayParameter
    .optional()
    .meta({ format: 'date', description: 'Only with `as_booked`, which it implies; today when left out.' }),
});

const providerCost = z.object({
  provider: z.string(),
  title: z.string().meta({ description: 'Display name.' }),
  costUsd: usd,
  source: z.enum([...COST_SOURCES, 'mixed']),
});

const infrastructureCostRow = z.object({
  day,
  ...recordOf(COST_FIELDS, () => usdOrNull),
  otherUsd: usdOrNull.meta({ description: 'Providers without a field of their own; each is in `byProvider`.' }),
  totalUsd: usdOrNull,
  byProvider: z
    .array(providerCost)
    .meta({ description: 'Every provider and vendor with a known cost on the day; they add up to `totalUsd`.' }),
  sources: z
    .record(z.string(), z.enum([...COST_SOURCES, 'mixed']))
    .meta({ description: 'The source in force by provider; `mixed` where its components have different ones.' }),
});

export const infrastructureCosts = z.object({ data: z.array(infrastructureCostRow), ...envelope }) satisfies z.ZodType<
  ListAnswer<InfrastructureCostRow>
>;

const costSourceRow = z.object({
  provider: z.string(),
  component: z.string(),
  source: z.enum(COST_SOURCES),
  days: count,
  costUsd: usdOrNull,
  inForce: z.boolean(),
  countedUsd: usdOrNull,
});

export const costSources = z.object({ data: z.array(costSourceRow), ...envelope }) satisfies z.ZodType<
  ListAnswer<CostSourceRow>
>;
