import { z } from 'zod';

const anyRecord = z.record(z.string(), z.unknown());

/**
 * The fields of `raw` that a shape names, as Stripe sent them: what waits in the database holds no names, addresses
 * and texts that nobody asked for.
 */
export function pickFields(raw: unknown, shape: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const record = anyRecord.safeParse(raw);
  if (!record.success) return {};
  return Object.fromEntries(Object.entries(record.data).filter(([name]) => Object.hasOwn(shape, name)));
}

/** The objects of a list inside an object (`lines.data`). */
export function partsOf(raw: unknown): unknown[] {
  const list = z.object({ data: z.array(z.unknown()) }).safeParse(raw);
  return list.success ? list.data.data : [];
}
