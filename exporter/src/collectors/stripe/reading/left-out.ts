import type { Queryable } from '../../../database/queryable.ts';
import type { CollectorError } from '../../errors.ts';
import type { LeftOut } from '../client.ts';
import { RESOURCES, type Resource } from '../errors.ts';
import type { WarningTally } from '../tally.ts';

/** Objects that could not be read, with the reason: the figures lack them until they can, and every run says so. */
export async function rememberLeftOut(tx: Queryable, resource: Resource, leftOut: readonly LeftOut[]): Promise<void> {
  if (leftOut.length === 0) return;
  const byId = new Map(leftOut.map(({ id, error }) => [id, placeOf(error)]));
  await tx.query(
    `INSERT INTO stripe_left_out AS l (resource, id, reason) SELECT $1, id, reason
       FROM unnest($2::text[], $3::text[]) AS u(id, reason) ORDER BY id
     ON CONFLICT (resource, id) DO UPDATE SET reason = excluded.reason WHERE l.reason <> excluded.reason`,
    [resource, [...byId.keys()], [...byId.values()]],
  );
}

/** These were read by now, or are gone. */
export async function forgetLeftOut(tx: Queryable, resource: Resource, ids: readonly string[]): Promise<void> {
  if (ids.length > 0)
    await tx.query('DELETE FROM stripe_left_out WHERE resource = $1 AND id = ANY($2)', [resource, ids]);
}

export async function warnOfLeftOut(db: Queryable, tally: WarningTally): Promise<void> {
  const { rows } = await db.query<{ resource: string; id: string; reason: string }>(
    'SELECT resource, id, reason FROM stripe_left_out ORDER BY resource, id',
  );
  for (const { resource, id, reason } of rows) if (isResource(resource)) tally.leftOut(resource, id, reason);
}

function isResource(name: string): name is Resource {
  return Object.hasOwn(RESOURCES, name);
}

/** The place of a shape that is off, without the sentence around it. */
export function placeOf({ message }: CollectorError): string {
  return /\((.*)\)$/s.exec(message)?.[1] ?? message;
}
