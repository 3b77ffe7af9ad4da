import { z } from 'zod';
import type {
  CustomerUserRow,
  CustomerUsersAnswer,
  CustomerUserStoredAnswer,
  UnlinkedAnswer,
} from '../../../contract/reference-data.ts';
import {
  count,
  day,
  dayParameter,
  nameParameter,
  period,
  time,
  usd,
  usdOrNull,
  wholeNumber,
} from '../../shared/schemas.ts';

const name = nameParameter.refine((text) => text.trim() === text, 'must not begin or end with a space');

export const linkBody = z
  .strictObject({
    userId: name.meta({ description: 'As the LLM usage names the user.' }),
    customer: name
      .nullable()
      .meta({ example: 'cus_NffrFeUfNV2Hib', description: "Stripe's customer id; null: nobody's." }),
    validFrom: dayParameter.nullish().meta({ description: 'Null or absent: since ever.' }),
    validTo: dayParameter.nullish().meta({ description: 'Exclusive; null or absent: until further notice.' }),
  })
  .refine(({ validFrom, validTo }) => validFrom == null || validTo == null || validTo > validFrom, {
    path: ['validTo'],
    message: 'must be after validFrom; it is exclusive',
  });

export const linksQuery = z.strictObject({
  customer: nameParameter.optional(),
  user: nameParameter.optional(),
  day: dayParameter.meta({ format: 'date', example: '2026-03-15', description: 'Only links of this day.' }).optional(),
  limit: wholeNumber(1, 1000).optional(),
  cursor: z.string().min(1, 'must not be empty').max(2_000, 'must have at most 2000 characters').optional(),
});
export const unlinkedQuery = z.strictObject({ ...period, limit: wholeNumber(1, 1000).optional() });

const called = {
  name: z.string().meta({ description: "Stripe's name of the customer, else its e-mail, else its id." }),
  email: z.string().nullable(),
};

const linkRow = z.object({
  customer: z.string(),
  ...called,
  userId: z.string(),
  validFrom: day.nullable(),
  validTo: day.nullable(),
  createdBy: z.string().nullable(),
  createdAt: time,
}) satisfies z.ZodType<CustomerUserRow>;
export const links = z.object({
  data: z.array(linkRow),
  nextCursor: z.string().nullable(),
}) satisfies z.ZodType<CustomerUsersAnswer>;
export const storedLinks = z.object({
  data: z.array(linkRow),
  changed: z.boolean(),
}) satisfies z.ZodType<CustomerUserStoredAnswer>;

export const unlinked = z.object({
  from: day,
  to: day,
  customers: z.array(z.object({ customer: z.string(), ...called, revenueUsd: usd })),
  users: z.array(z.object({ userId: z.string(), costUsd: usdOrNull, unpricedTokens: count })),
}) satisfies z.ZodType<UnlinkedAnswer>;
