import { remedyOfCause, symptomOf } from '../causes.ts';
import type { Warning } from '../contract.ts';
import { CollectorError } from '../errors.ts';
import { createHttpClient, type HttpClient } from '../http.ts';
import type { RequestContext } from '../retry.ts';
import type { Settings } from '../../settings/schema.ts';
import type { Account } from './estimate.ts';
import { projectRef } from './key.ts';
import { addons, type Addon, organization, project, projectList } from './schema.ts';

export type ManagementSettings = Pick<
  Settings,
  'SUPABASE_URL' | 'SUPABASE_KEY' | 'SUPABASE_ACCESS_TOKEN' | 'SUPABASE_API_URL'
>;

/** The plan and add-ons of the project, by the Management API. Throws `CollectorError` where the plan cannot be read. */
export async function readAccount(
  settings: ManagementSettings,
  context: RequestContext,
): Promise<{ account: Account | null; warnings: Warning[] }> {
  const { SUPABASE_ACCESS_TOKEN: token, SUPABASE_URL: url = '', SUPABASE_KEY: key = '' } = settings;
  if (token === undefined) return { account: null, warnings: [] };
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
  const read = await readAddons(http, context, ref);
  return { account: { plan: plan ?? 'unknown', addons: read.addons }, warnings: read.warnings };
}

/** Without the add-ons the plan's price is still known, as a lower bound. */
async function readAddons(
  http: HttpClient,
  context: RequestContext,
  ref: string,
): Promise<{ addons: Addon[]; warnings: Warning[] }> {
  try {
    const { body } = await http.get(context, `/v1/projects/${encodeURIComponent(ref)}/billing/addons`, {
      schema: addons,
    });
    const priced = body.selected_addons.filter((addon) => addon !== null);
    const unpriced = body.selected_addons.length - priced.length;
    return {
      addons: priced,
      warnings:
        unpriced === 0
          ? []
          : [
              {
                code: 'unpriced_addon',
                message: 'add-ons without a usable list price are left out of the estimate, which is a lower bound',
                count: unpriced,
              },
            ],
    };
  } catch (error) {
    if (!(error instanceof CollectorError) || context.signal.aborted || error.kind === 'bug') throw error;
    const remedy = remedyOfCause(symptomOf(error, 'Supabase'));
    return {
      addons: [],
      warnings: [
        {
          code: 'addons_unreadable',
          message: `compute and add-ons could not be read, so the estimate is the plan alone, a lower bound (${error.message})${remedy === undefined ? '' : `. ${remedy}`}`,
        },
      ],
    };
  }
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
