import { CollectorError } from '../errors.ts';
import { createHttpClient, type HttpClient } from '../http.ts';
import type { RequestContext } from '../retry.ts';
import type { Settings } from '../../settings/schema.ts';
import type { Account } from './estimate.ts';
import { projectRef } from './key.ts';
import { addons, organization, project, projectList } from './schema.ts';

export type ManagementSettings = Pick<
  Settings,
  'SUPABASE_URL' | 'SUPABASE_KEY' | 'SUPABASE_ACCESS_TOKEN' | 'SUPABASE_API_URL'
>;

/** The plan and add-ons of the project, by the Management API; NULL without SUPABASE_ACCESS_TOKEN. */
export async function readAccount(settings: ManagementSettings, context: RequestContext): Promise<Account | null> {
  const { SUPABASE_ACCESS_TOKEN: token, SUPABASE_URL: url = '', SUPABASE_KEY: key = '' } = settings;
  if (token === undefined) return null;
  if (/\s/.test(token))
    throw new CollectorError(
      'auth',
      'malformed_key',
      'SUPABASE_ACCESS_TOKEN contains a blank or a line break: copy the token again in one piece',
    );
  const http = createHttpClient({
    provider: 'Supabase',
    credential: 'SUPABASE_ACCESS_TOKEN',
    baseUrl: settings.SUPABASE_API_URL,
    headers: { authorization: `Bearer ${token}` },
  });
  const { ref, organization_slug: slug } = await findProject(http, context, projectRef(url, key));
  const {
    body: { plan },
  } = await http.get(context, `/v1/organizations/${encodeURIComponent(slug)}`, { schema: organization });
  const {
    body: { selected_addons: selected },
  } = await http.get(context, `/v1/projects/${encodeURIComponent(ref)}/billing/addons`, { schema: addons });
  return { plan: plan ?? 'unknown', addons: selected };
}

async function findProject(
  http: HttpClient,
  context: RequestContext,
  ref: string | undefined,
): Promise<{ ref: string; organization_slug: string }> {
  if (ref !== undefined) return (await http.get(context, `/v1/projects/${ref}`, { schema: project })).body;
  const { body: projects } = await http.get(context, '/v1/projects', { schema: projectList });
  const [only, ...others] = projects;
  if (only === undefined || others.length > 0) {
    throw new CollectorError(
      'upstream',
      'not_found',
      `SUPABASE_ACCESS_TOKEN sees ${projects.length} projects, and SUPABASE_URL does not tell which one is meant: use https://<project>.supabase.co`,
      { retryable: false },
    );
  }
  return only;
}
