import { z } from 'zod';

const time = z.string().refine((text) => !Number.isNaN(Date.parse(text)), 'not a time');
const byteCount = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

const user = z.object({ id: z.string().min(1), last_sign_in_at: time.nullish() });

/** One page of `auth.admin.listUsers`. Names, e-mails and metadata are dropped here: nobody needs them to count. */
export const userPage = z.object({
  /** Null for a row that cannot be used: it costs only itself, unless no row of the page can be used. */
  users: z
    .array(z.unknown().transform((row) => user.safeParse(row).data ?? null))
    .refine((rows) => rows.length === 0 || rows.some((row) => row !== null), 'has no usable row'),
  // From x-total-count; the SDK makes NaN of a malformed one.
  total: z
    .unknown()
    .optional()
    .transform((total) => (typeof total === 'number' && Number.isSafeInteger(total) && total > 0 ? total : undefined)),
});

export const oneUser = z.object({ user: z.object({ id: z.string().min(1), email: z.string().nullish() }) });

/** Goes into a path: half a surrogate pair cannot be encoded. */
const pathPart = z
  .string()
  .min(1)
  .refine((text) => text.isWellFormed(), 'not a name');

export const bucketPage = z.array(z.object({ id: pathPart }));

/** A listing mixes objects and folders; a folder has no id. */
export const objectPage = z.array(
  z.object({
    name: pathPart,
    id: z.string().nullish(),
    /** Null where the size cannot be used. */
    metadata: z.object({ size: byteCount.nullish().catch(null) }).nullish(),
  }),
);

/** List prices arrive as JSON numbers, or as texts; only plain decimals are taken (1e30 or NaN are no price). */
const price = z
  .union([z.number(), z.string()])
  .transform(String)
  .refine((text) => /^\d{1,7}(\.\d{1,10})?$/.test(text), 'not a price');

export const projectList = z.array(z.object({ ref: pathPart, organization_slug: pathPart }));
export const project = z.object({ ref: pathPart, organization_slug: pathPart });
/** Is stored: Postgres takes neither NUL nor half a surrogate pair. */
const shown = z.string().transform((text) => text.toWellFormed().replaceAll('\u0000', ''));
export const organization = z.object({ plan: shown.nullish() });

/** What only names a thing may be missing. */
const named = shown.catch('');

const addon = z.object({
  type: shown.pipe(z.string().min(1)),
  variant: z.object({
    id: named,
    name: named,
    price: z.object({ interval: z.enum(['monthly', 'hourly']), amount: price }),
  }),
});
export type Addon = z.output<typeof addon>;

/** Null for an add-on without a usable price. A project without add-ons says `[]`: no list at all is no answer. */
export const addons = z.object({
  selected_addons: z.array(z.unknown().transform((one) => addon.safeParse(one).data ?? null)),
});

/** Counts come out of Postgres as decimal strings. */
export const count = z
  .string()
  .regex(/^\d{1,18}$/)
  .transform((digits) => BigInt(digits));
