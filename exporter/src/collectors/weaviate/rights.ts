import { CollectorError } from '../errors.ts';
import type { RequestContext } from '../retry.ts';
import type { WeaviateRest } from './rest.ts';
import type { OwnRole } from './schema.ts';

/** Whether the key sees every collection. With roles (RBAC) the schema is filtered, and the rest is missing in silence. */
export type Sight = 'all' | 'some' | 'unknown';

/** Roles of Weaviate's own that read everything. */
const READ_ALL: ReadonlySet<string> = new Set(['admin', 'root', 'viewer', 'read-only']);

/** What the roles of a key let it see; none say nothing, since a server without RBAC names none, too. */
export function sightOf(roles: readonly OwnRole[]): Sight {
  if (roles.length === 0) return 'unknown';
  if (roles.some(({ name }) => READ_ALL.has(name))) return 'all';
  const permissions = roles.flatMap((role) => role.permissions);
  const everywhere = (action: string, scope: 'collections' | 'data') =>
    permissions.some((one) => one.action === action && ['*', '.*'].includes(one[scope]?.collection ?? '*'));
  return everywhere('read_collections', 'collections') && everywhere('read_data', 'data') ? 'all' : 'some';
}

/** Asks for the key's own rights. Servers before 1.28 cannot tell, and no answer is worth a failed run. */
export async function ownSight(rest: WeaviateRest, context: RequestContext): Promise<Sight> {
  try {
    return sightOf(await rest.ownRoles(context));
  } catch (error) {
    if (!(error instanceof CollectorError) || context.signal.aborted || error.kind === 'bug') throw error;
    return 'unknown';
  }
}

/** The failure where a key sees nothing because its roles hide everything. */
export function seesNothing(): CollectorError {
  return new CollectorError(
    'auth',
    'missing_permission',
    'Weaviate shows the key in WEAVIATE_API_KEY no collection, and its roles do not let it see every one, so this is not an empty cluster: give its role read_collections and read_data on every collection (*)',
    { status: 403 },
  );
}
