import { z } from 'zod';
import { REVENUE_BASES, WARNING_CODES, type Coverage, type Envelope } from '../../contract/datasets.ts';
import { isDay } from '../../money/days.ts';

/** Schemas that several features share. The texts of errors follow the field's name: "from must be …". */

const EARLIEST = '2000-01-01';
const LATEST = '2100-01-01';

/** A day in a request. Bounded, so that nobody asks Postgres for the year 9999. */
export const dayParameter = z
  .string()
  .refine(
    (text) => isDay(text) && text >= EARLIEST && text <= LATEST,
    `must be a day that exists, such as 2026-03-15, between ${EARLIEST} and ${LATEST}`,
  )
  .meta({ format: 'date', example: '2026-03-15' });

const MAX_NAME = 200;
/** Text that is compared with stored names, which have at most 200 characters. Postgres cannot hold NUL. */
export const nameParameter = z
  .string()
  .min(1, 'must not be empty')
  .max(MAX_NAME, `must have at most ${MAX_NAME} characters`)
  .refine((text) => !text.includes('\u0000'), 'must not contain NUL');

/** A provider's name in the ledger: the built-in ones, or a vendor that a team added. */
export const providerParameter = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9_-]{0,62}$/,
    'must be a provider such as weaviate: small letters, digits, _ and -, at most 63',
  );

export function wholeNumber(min: number, max: number) {
  const message = `must be a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d{1,9}$/, message)
    .transform(Number)
    .refine((value) => value >= min && value <= max, message)
    .meta({ type: 'integer', minimum: min, maximum: max });
}

export const flagParameter = z
  .enum(['true', 'false'], 'must be true or false')
  .transform((value) => value === 'true')
  .meta({ type: 'boolean' });

export const revenueParameter = z.enum(REVENUE_BASES, `must be ${REVENUE_BASES.join(' or ')}`);

export const period = {
  from: dayParameter.optional(),
  to: dayParameter.meta({ format: 'date', example: '2026-04-01', description: 'Exclusive.' }).optional(),
};

const MAX_NAMES = 100;
/** A name, or several: `?model=a&model=b`. */
const namesParameter = z
  .union([z.string(), z.array(z.string())], 'must be a name, or several')
  .transform((given, context) => {
    const names = typeof given === 'string' ? [given] : given;
    const checked = z.array(nameParameter).max(MAX_NAMES, `may be given at most ${MAX_NAMES} times`).safeParse(names);
    for (const { message } of checked.error?.issues ?? []) context.addIssue({ code: 'custom', message });
    return names;
  })
  .meta({
    type: 'array',
    items: { type: 'string', minLength: 1, maxLength: MAX_NAME },
    maxItems: MAX_NAMES,
    description: 'May be repeated: usage of any of them.',
  });
export const usageFilters = {
  provider: namesParameter.optional(),
  model: namesParameter.optional(),
  user: namesParameter.optional(),
};

export const noParams = z.strictObject({});
export const noQuery = z.strictObject({});

// Answers. Formats are documentation: what leaves was made by this program.

export const usd = z
  .string()
  .regex(/^-?\d+\.\d{2,6}$/)
  .meta({ example: '12.50', description: 'Decimal string in USD.' });
export const usdOrNull = usd.nullable();
export const day = z.string().meta({ format: 'date' });
export const time = z.string().meta({ format: 'date-time' });
export const timeOrNull = time.nullable();
export const count = z.int();
export const ratioOrNull = z.number().nullable();

const share = z.number();
const coverage = z
  .object({ invoice: share, api_invoice: share, api_usage: share, fixed: share, estimate: share })
  .nullable()
  .meta({
    description: "Share of each source in the period's cost; null where it cost nothing or is not known.",
  }) satisfies z.ZodType<Coverage | null>;

export const warningsSchema = z.array(
  z.object({
    code: z.enum(WARNING_CODES),
    message: z.string(),
    provider: z.string().optional().meta({ description: 'Whose figures it is about, where it is one provider.' }),
  }),
);

export const envelope = {
  from: day,
  to: day.meta({ format: 'date', description: 'Exclusive.' }),
  asOf: timeOrNull.meta({ description: 'When the stored figures last changed.' }),
  lastCompleteDay: day.nullable().meta({ description: 'The last day for which every enabled source is complete.' }),
  coverage,
  warnings: warningsSchema,
};
z.object(envelope) satisfies z.ZodType<Envelope>;

export const lastSync = z
  .object({ startedAt: time, finishedAt: time, outcome: z.enum(['succeeded', 'partial', 'failed']) })
  .nullable();

export const runWarnings = z.array(z.object({ code: z.string(), message: z.string(), count: z.int().optional() }));
