import { z } from 'zod';

export const meta = z.object({ version: z.string().min(1) });

const collection = z.object({
  class: z.string().regex(/^[A-Za-z][\w:.-]{0,300}$/, 'not a collection name'),
  multiTenancyConfig: z.object({ enabled: z.boolean().nullish() }).nullish(),
});

/** A cluster without collections says `[]` (tried on 1.35.2): null, or no list at all, is no answer. */
export const collections = z.object({
  /** Null for one that cannot be used: it costs only itself, unless none can be used. */
  classes: z
    .array(z.unknown().transform((one) => collection.safeParse(one).data ?? null))
    .refine((all) => all.length === 0 || all.some((one) => one !== null), 'has no usable collection name'),
});

const tenant = z.object({
  name: z.string().min(1),
  activityStatus: z
    .string()
    .nullish()
    .transform((status) => status ?? 'ACTIVE'),
});

/** Statuses have an old and a new name; only active tenants can be counted, the others would have to be woken. */
export const tenants = z.array(z.unknown().transform((one) => tenant.safeParse(one).data ?? null));

const objectCount = z
  .number()
  .int()
  .min(0)
  .max(Number.MAX_SAFE_INTEGER)
  .transform((count) => BigInt(count));

export const aggregated = z.object({ totalCount: objectCount });

export const graphqlCount = z.object({
  data: z
    .object({
      Aggregate: z.record(z.string(), z.array(z.object({ meta: z.object({ count: objectCount }) })).nullable()),
    })
    .nullish(),
  errors: z.array(z.object({ message: z.string() })).nullish(),
});

/** A vector: numbers, or rows of numbers for a multi-vector. Only lengths matter, so values are not looked at. */
const vector = z.union([z.array(z.number()), z.array(z.array(z.number()))]);

/** Objects of a sample, by either transport. Properties are measured and dropped. */
export const sampledObjects = z.object({
  objects: z
    .array(
      z.object({
        properties: z.unknown(),
        vector: vector.nullish(),
        vectors: z.record(z.string(), vector).nullish(),
      }),
    )
    .nullish()
    .transform((objects) => objects ?? []),
});
export type SampledObject = z.output<typeof sampledObjects>['objects'][number];

const target = z.object({ collection: z.string().nullish() }).nullish();

/** Whose the key is, and what its roles permit; without RBAC there are no roles. */
export const ownInfo = z.object({
  roles: z
    .array(
      z.object({
        name: z.string(),
        permissions: z
          .array(z.object({ action: z.string(), collections: target, data: target }))
          .nullish()
          .transform((list) => list ?? []),
      }),
    )
    .nullish()
    .transform((roles) => roles ?? []),
});
export type OwnRole = z.output<typeof ownInfo>['roles'][number];
