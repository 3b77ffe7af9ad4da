import type { DatasetTarget, MarginboardTarget } from './types.ts';

/** The shape in which the editors save a query. Raise it with each change of shape, and add the step from the last one. */
export const QUERY_VERSION = 1;

/** A query was saved by a newer plugin, whose shape this one does not know. */
export class NewerQueryError extends Error {
  readonly version: number;

  constructor(version: number) {
    super(`the query has version ${version}, this plugin knows ${QUERY_VERSION}`);
    this.version = version;
  }
}

/** False for a query of a newer plugin. */
export const isKnownVersion = ({ version = 0 }: MarginboardTarget): boolean => version <= QUERY_VERSION;

/**
 * A saved query in the present shape. Boards written before version 1 have no number.
 *
 * @throws NewerQueryError
 */
export function migrateQuery(saved: MarginboardTarget): MarginboardTarget {
  const { version = 0 } = saved;
  if (!isKnownVersion(saved)) throw new NewerQueryError(version);
  return version === 0 ? fromUnnumbered(saved) : saved;
}

/** Version 1 states the days and leaves out what is empty. */
function fromUnnumbered(saved: MarginboardTarget): MarginboardTarget {
  if (saved.dataset === undefined) return { ...saved, version: 1 };
  const { fields = [], filters = {}, range = { kind: 'dashboard' }, ...others } = saved;
  const set = Object.entries<string | number>({ ...filters }).filter(([, value]) => value !== '');
  const migrated: DatasetTarget = { ...others, range, version: 1 };
  if (fields.length > 0) migrated.fields = fields;
  if (set.length > 0) migrated.filters = Object.fromEntries<string | number>(set);
  return migrated;
}
