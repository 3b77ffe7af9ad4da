import { z } from 'zod';
import type {
  LlmPriceRow,
  LlmPricesAnswer,
  LlmPriceStoredAnswer,
  RepriceAnswer,
  RepriceRow,
} from '../../../contract/reference-data.ts';
import {
  count,
  day,
  dayParameter,
  flagParameter,
  nameParameter,
  time,
  timeOrNull,
  usd,
  usdOrNull,
} from '../../shared/schemas.ts';

const MAX_NOTES = 2_000;

const name = nameParameter.refine((text) => text.trim() === text, 'must not begin or end with a space');
const priceText = 'must be a decimal string in USD such as "2.50" (at most six decimals, below 1,000,000)';
const price = z
  .string(priceText)
  .regex(/^\d{1,6}(\.\d{1,6})?$/, priceText)
  .meta({ example: '2.50', description: 'USD per million tokens.' });
export const idText = z.string('must be the id of a price').regex(/^[1-9]\d{0,17}$/, 'must be the id of a price');

export const priceBody = z
  .strictObject({
    provider: name.meta({ description: 'As the usage names it; case is ignored.' }),
    model: name.meta({
      description: 'As the usage names it, or as the list prices do: `gpt-4o` covers `gpt-4o-2024-08-06` too.',
    }),
    validFrom: dayParameter,
    validTo: dayParameter.nullish().meta({ description: 'Exclusive; null or absent: until further notice.' }),
    inputUsdPerMillion: price,
    outputUsdPerMillion: price,
    cacheReadUsdPerMillion: price.nullish().meta({ description: 'Null or absent: as much as any other input.' }),
    cacheWriteUsdPerMillion: price.nullish(),
    notes: z
      .string()
      .max(MAX_NOTES, `must have at most ${MAX_NOTES} characters`)
      .refine((text) => !text.includes('\u0000'), 'must not contain NUL')
      .nullish(),
    replaces: idText
      .nullish()
      .meta({ description: 'The id of a price of the same model that was wrong; it no longer counts.' }),
  })
  .refine(({ validFrom, validTo }) => validTo == null || validTo > validFrom, {
    path: ['validTo'],
    message: 'must be after validFrom; it is exclusive',
  });

export const pricesQuery = z.strictObject({
  provider: nameParameter.optional(),
  model: nameParameter.optional(),
  day: dayParameter
    .meta({ format: 'date', example: '2026-03-15', description: 'Only prices that are valid on this day.' })
    .optional(),
  history: flagParameter.optional(),
});

const priceRow = z.object({
  id: z.string(),
  provider: z.string(),
  model: z.string(),
  validFrom: day,
  validTo: day.nullable(),
  inputUsdPerMillion: usd,
  outputUsdPerMillion: usd,
  cacheReadUsdPerMillion: usdOrNull,
  cacheWriteUsdPerMillion: usdOrNull,
  notes: z.string().nullable(),
  replaces: z.string().nullable(),
  createdBy: z.string().nullable(),
  createdAt: time,
  withdrawnBy: z.string().nullable(),
  withdrawnAt: timeOrNull,
}) satisfies z.ZodType<LlmPriceRow>;
export const prices = z.object({ data: z.array(priceRow) }) satisfies z.ZodType<LlmPricesAnswer>;
export const storedPrice = z.object({
  data: z.array(priceRow),
  closed: z.array(priceRow),
  withdrawn: z.array(priceRow),
}) satisfies z.ZodType<LlmPriceStoredAnswer>;

export const repriceBody = z.strictObject({
  provider: nameParameter.optional().meta({ description: 'Only this provider, as the usage names it.' }),
  model: nameParameter.optional().meta({ description: 'Only this model, as the usage names it.' }),
  from: dayParameter,
  to: dayParameter.meta({ format: 'date', example: '2026-04-01', description: 'Exclusive.' }),
  apply: z.boolean('must be true or false').optional().meta({ description: 'False or absent: a preview.' }),
});

const figures = {
  rows: count,
  users: count,
  costBeforeUsd: usdOrNull,
  costAfterUsd: usdOrNull,
  unpricedTokensBefore: count,
  unpricedTokensAfter: count,
};
const repriceRow = z.object({ provider: z.string(), model: z.string(), ...figures }) satisfies z.ZodType<RepriceRow>;
export const repricing = z.object({
  applied: z.boolean(),
  from: day,
  to: day,
  ...figures,
  days: z.array(day),
  data: z.array(repriceRow),
  stillUnpriced: z.array(z.object({ provider: z.string(), model: z.string(), tokens: count })),
  warnings: z
    .array(z.object({ code: z.string(), message: z.string() }))
    .meta({ description: 'Which share of the cost is by prices that depend on more than totals of a day tell.' }),
}) satisfies z.ZodType<RepriceAnswer>;
