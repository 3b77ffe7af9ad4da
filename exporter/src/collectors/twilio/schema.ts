import { z } from 'zod';
import { isDay } from '../../money/days.ts';
import { parseMicros } from '../../money/micros.ts';
import { decimalText, wholeNumber } from '../decimal.ts';

/** Also where the field is not there at all. */
const anything = z.unknown().optional();

/**
 * One category on one day. Twilio's own description lets every field be null, and calls the price a number although it
 * comes as a text: what cannot be used is undefined here, and costs only its record. In usage records a cost is
 * positive and a credit negative (the opposite of a message's own `price`), so the sign is kept as it stands.
 */
const usageRecord = z.object({
  category: anything,
  start_date: anything.transform(dayOrNothing),
  end_date: anything.transform(dayOrNothing),
  price: anything.transform((value) => {
    const text = decimalText(value);
    return text === undefined ? undefined : parseMicros(text);
  }),
  price_unit: anything.transform((value) =>
    typeof value === 'string' && /^[A-Za-z]{3}$/.test(value) ? value.toUpperCase() : undefined,
  ),
  count: anything.transform(wholeNumber),
  as_of: anything.transform((value) => {
    const read = z.iso.datetime({ offset: true }).safeParse(value);
    return read.success ? new Date(read.data) : undefined;
  }),
});

function dayOrNothing(value: unknown): string | undefined {
  return typeof value === 'string' && isDay(value) ? value : undefined;
}

const paged = {
  next_page_uri: z.string().nullish(),
  meta: z.object({ next_page_url: z.string().nullable() }).nullish(),
};

/**
 * The last page says so by null. Where nothing is said nobody knows whether there is more, and the rest would be left
 * out.
 */
function saysWhetherMore(page: {
  readonly next_page_uri?: string | null | undefined;
  readonly meta?: object | null | undefined;
}): boolean {
  return page.next_page_uri !== undefined || (page.meta ?? undefined) !== undefined;
}
const UNCLEAR = { path: ['next_page_uri'], error: 'must be there, or null on the last page' };

export const usagePage = z.object({ usage_records: z.array(usageRecord), ...paged }).refine(saysWhetherMore, UNCLEAR);
export type UsageRecord = z.output<typeof usageRecord>;

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
