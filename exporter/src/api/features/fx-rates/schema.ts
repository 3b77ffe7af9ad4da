import { z } from 'zod';
import type { FxRateRow, FxRatesAnswer, FxRateStoredAnswer } from '../../../contract/reference-data.ts';
import { isCurrency } from '../../../money/currency.ts';
import { day, dayParameter, period, time } from '../../shared/schemas.ts';

const currency = z
  .string('must be an ISO 4217 code such as EUR')
  .regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code in capitals such as EUR')
  .refine((code) => !/^[A-Z]{3}$/.test(code) || isCurrency(code), 'is not a currency of ISO 4217')
  .meta({ example: 'EUR' });

const rateText =
  'must be a decimal string above 0 such as "1.08": USD for 1 unit of the currency (at most eight decimals)';
const rate = z
  .string(rateText)
  .regex(/^(?!0+(\.0+)?$)\d{1,9}(\.\d{1,8})?$/, rateText)
  .meta({ example: '1.08' });

export const rateBody = z.strictObject({
  currency: currency.refine((code) => code !== 'USD', 'must not be USD, whose rate is always 1'),
  day: dayParameter.meta({
    format: 'date',
    example: '2026-03-15',
    description: 'The first day of the rate; it holds until the next stored day.',
  }),
  usdRate: rate,
});

export const ratesQuery = z.strictObject({ currency: currency.optional(), ...period });

const rateRow = z.object({
  currency: z.string(),
  day,
  usdRate: z.string(),
  createdBy: z.string().nullable(),
  createdAt: time,
}) satisfies z.ZodType<FxRateRow>;
export const rates = z.object({ data: z.array(rateRow) }) satisfies z.ZodType<FxRatesAnswer>;
export const storedRate = z.object({
  data: z.array(rateRow),
  previousUsdRate: z.string().nullable(),
  notice: z.string(),
}) satisfies z.ZodType<FxRateStoredAnswer>;
