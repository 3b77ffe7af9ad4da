import { z } from 'zod';

/** Parts that the schemas of Stripe's objects share. */

export const anyObject = z.looseObject({});

export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({ object: z.literal('list'), data: z.array(item), has_more: z.boolean() });
}

/** A list inside an object: Stripe leaves `has_more` out where it sends everything. */
export function partOf<Item extends z.ZodType>(item: Item) {
  return z.object({ data: z.array(item), has_more: z.boolean().default(false) });
}

export function openEnum<const Values extends readonly [string, ...string[]]>(values: Values) {
  return z.union([z.enum(values), z.string().transform(() => 'other' as const)]);
}

/** Ids are keys of our rows: Postgres takes neither NUL nor half a surrogate pair. */
export const id = z
  .string()
  .min(1)
  .max(5000)
  .refine((text) => text.isWellFormed() && !text.includes('\u0000'), 'not an id');
/** An id, or the expanded object in its place. */
export const reference = z
  .union([id, z.object({ id })])
  .transform((value) => (typeof value === 'string' ? value : value.id));
export const currency = z
  .string()
  .regex(/^[A-Za-z]{3}$/)
  .transform((code) => code.toUpperCase());
export const minorUnits = z.int().transform((value) => BigInt(value));
/** Unix seconds, up to the year 9999. */
export const seconds = z.int().min(0).max(253_402_300_799);
export const count = z
  .int()
  .min(0)
  .transform((value) => BigInt(value));

/** Text for people, such as a name: whatever stands there must not cost the object that it is part of. */
export const personText = z
  .string()
  .transform((text) => text.trim())
  .refine((text) => text.length <= 500 && text.isWellFormed() && !text.includes('\u0000'))
  .transform((text) => text || null)
  .nullish()
  .catch(undefined);
