import { z } from 'zod';
import type { CostSourceRow, InfrastructureCostRow, ListAnswer } from '../../../contract/datasets.ts';
import { COST_SOURCES } from '../../../contract/providers.ts';
import { count, day, envelope, period, providerParameter, usdOrNull } from '../../shared/schemas.ts';

export const costQuery = z.strictObject({ ...period, provider: providerParameter.optional() });

const infrastructureCostRow = z.object({
  day,
  llmUsd: usdOrNull,
  digitalOceanUsd: usdOrNull,
  weaviateUsd: usdOrNull,
  supabaseUsd: usdOrNull,
  twilioUsd: usdOrNull,
  otherUsd: usdOrNull,
  totalUsd: usdOrNull,
  sources: z.record(z.string(), z.enum([...COST_SOURCES, 'mixed'])).meta({ description: 'The source in force by provider; `mixed` where its components have different ones.' }),
});

export const infrastructureCosts = z.object({ data: z.array(infrastructureCostRow), ...envelope }) satisfies z.ZodType<ListAnswer<InfrastructureCostRow>>;

const costSourceRow = z.object({
  provider: z.string(),
  component: z.string(),
  source: z.enum(COST_SOURCES),
  days: count,
  costUsd: usdOrNull,
  inForce: z.boolean(),
  countedUsd: usdOrNull,
});

export const costSources = z.object({ data: z.array(costSourceRow), ...envelope }) satisfies z.ZodType<ListAnswer<CostSourceRow>>;
