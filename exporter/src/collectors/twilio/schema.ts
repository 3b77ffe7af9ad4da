import { z } from 'zod';
import { isDay } from '../../money/days.ts';
import { parseMicros } from '../../money/micros.ts';

/**
 * A price as a decimal string, to micro-units of `price_unit`. In usage records a cost is positive and a credit
 * negative (the opposite of a message's own `price`), so the sign is kept as it stands.
 */
const price = z
  .string()
  .regex(/^-?\d{1,11}(\.\d{1,24})?$/, 'must be a decimal string')
  .transform(parseMicros);
const day = z.string().refine(isDay, 'must be a day');

/** One category on one day; of `totalprice` the count means nothing. */
const usageRecord = z.object({
  category: z.string(),
  start_date: day,
  end_date: day,
  price,
  price_unit: z
    .string()
    .regex(/^[A-Za-z]{3}$/, 'must be a currency')
    .transform((value) => value.toUpperCase()),
  count: z.string().nullish(),
  as_of: z.iso
    .datetime({ offset: true })
    .nullish()
    .transform((value) => (value === null || value === undefined ? undefined : new Date(value))),
});

const paged = {
  next_page_uri: z.string().nullish(),
  meta: z.object({ next_page_url: z.string().nullable() }).optional(),
};

/**
 * The last page says so by null. Where nothing is said nobody knows whether there is more, and the rest would be left
 * out.
 */
function saysWhetherMore(page: {
  readonly next_page_uri?: string | null | undefined;
  readonly meta?: object | undefined;
}): boolean {
  return page.next_page_uri !== undefined || page.meta !== undefined;
}
const UNCLEAR = { path: ['next_page_uri'], error: 'must be there, or null on the last page' };

export const usagePage = z.object({ usage_records: z.array(usageRecord), ...paged }).refine(saysWhetherMore, UNCLEAR);
export type UsageRecord = z.output<typeof usageRecord>;

export const messageCount = z
  .string()
  .regex(/^\d{1,15}$/, 'must be a count')
  .transform(Number);

/** Only when a message was sent: its text, its receiver and its price are dropped while parsing. */
export const messagesPage = z
  .object({
    messages: z.array(
      z
        .object({
          date_sent: z
            .string()
            .refine((value) => !Number.isNaN(Date.parse(value)), 'must be a time')
            .nullable(),
        })
        .transform(({ date_sent }) => (date_sent === null ? null : new Date(date_sent))),
    ),
    ...paged,
  })
  .refine(saysWhetherMore, UNCLEAR);
