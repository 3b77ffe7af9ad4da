import { z } from 'zod';
import {
  LINK_REASONS,
  type CustomerUserRow,
  type CustomerUsersAnswer,
  type CustomerUserStoredAnswer,
  type LinksRejectedAnswer,
  type LinksStoredAnswer,
  type LinkSuggestionsAnswer,
  type UnlinkedAnswer,
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

export const suggestionsQuery = z.strictObject({ ...period });
const reasons = z.array(z.enum(LINK_REASONS));
export const suggestions = z.object({
  from: day,
  to: day,
  data: z.array(
    z.object({
      userId: z.string(),
      userEmail: z.string().nullable(),
      customer: z.string(),
      ...called,
      reasons,
      llmCostUsd: usdOrNull,
      unpricedTokens: count,
      revenueUsd: usdOrNull,
    }),
  ),
  ambiguous: z.array(z.object({ userIds: z.array(z.string()), customers: z.array(z.string()), reasons })),
  unlinkedRevenueUsd: usdOrNull,
  unlinkedCostUsd: usdOrNull,
}) satisfies z.ZodType<LinkSuggestionsAnswer>;

const MAX_LINKS = 1_000;

export const manyLinksBody = z.strictObject({
  links: z
    .array(linkBody)
    .min(1, 'must have a link')
    .max(MAX_LINKS, `must have at most ${MAX_LINKS} links`)
    .refine((links) => new Set(links.map(({ userId }) => userId)).size === links.length, 'names a user twice'),
  dryRun: z.boolean().optional().meta({ description: 'Only says what would change.' }),
});

export const manyLinks = z.object({
  applied: z.boolean(),
  changed: count,
  from: day,
  to: day,
  data: z.array(
    z.object({
      kind: z.string(),
      customer: z.string().nullable(),
      name: z.string().nullable(),
      revenueBeforeUsd: usdOrNull,
      revenueAfterUsd: usdOrNull,
      llmCostBeforeUsd: usdOrNull,
      llmCostAfterUsd: usdOrNull,
      marginBeforeUsd: usdOrNull,
      marginAfterUsd: usdOrNull,
    }),
  ),
}) satisfies z.ZodType<LinksStoredAnswer>;

export const rejectionBody = z.strictObject({
  links: z
    .array(z.strictObject({ userId: name, customer: name }))
    .min(1, 'must have a link')
    .max(MAX_LINKS),
});
export const rejection = z.object({ rejected: count }) satisfies z.ZodType<LinksRejectedAnswer>;
