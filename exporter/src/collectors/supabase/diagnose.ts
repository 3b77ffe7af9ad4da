import type { Settings } from '../../settings/schema.ts';
import type { CollectContext, Finding } from '../contract.ts';
import type { CollectorError } from '../errors.ts';
import { findingOfSettings, probe } from '../finding.ts';
import { openSupabase } from './client.ts';
import { keyKind } from './key.ts';
import { supabaseReadiness } from './readiness.ts';
import { readAccount } from './management.ts';
import { remedyForTransport } from '../remedy.ts';
import { bucketPage, userPage } from './schema.ts';
import { readDatabase } from './sql.ts';

type DiagnoseSettings = Pick<
  Settings,
  'SUPABASE_URL' | 'SUPABASE_KEY' | 'SUPABASE_DB_URL' | 'SUPABASE_ACCESS_TOKEN' | 'SUPABASE_API_URL'
>;

/** Says what the keys may do, line by line, with the remedy for what they may not. */
export async function diagnoseSupabase(
  settings: DiagnoseSettings,
  context: CollectContext,
): Promise<readonly Finding[]> {
  const unready = findingOfSettings(
    supabaseReadiness(settings),
    'SUPABASE_URL, SUPABASE_KEY',
    'Project settings → API keys → Secret keys',
  );
  if (unready !== undefined) return [unready];
  const client = await openSupabase(settings.SUPABASE_URL ?? '', settings.SUPABASE_KEY ?? '');
  return [
    { check: 'SUPABASE_KEY', ok: true, message: `${keyKind(settings.SUPABASE_KEY ?? '')} key` },
    await look('read users', 'Use a secret key (sb_secret_…) of this very project', async () => {
      const page = await client.call(context, 'the list of users', userPage, (sdk) =>
        sdk.auth.admin.listUsers({ page: 1, perPage: 1 }),
      );
      return page.total === undefined ? 'may list users' : `may list users (${page.total})`;
    }),
    await look(
      'read storage',
      'Use a secret key; without storage its size stays empty',
      async () => {
        const buckets = await client.call(context, 'the list of buckets', bucketPage, (sdk) =>
          sdk.storage.listBuckets(),
        );
        return `may list buckets (${buckets.length})`;
      },
      'warning',
    ),
    ...(await aboutDatabase(settings.SUPABASE_DB_URL, context)),
    settings.SUPABASE_ACCESS_TOKEN === undefined
      ? {
          check: 'SUPABASE_ACCESS_TOKEN',
          ok: 'warning',
          message: 'not set: the cost is free-tier arithmetic',
          remedy: 'Set it for an estimate from plan and add-ons, or SUPABASE_MONTHLY_COST_USD, or enter the invoices',
        }
      : await look(
          'SUPABASE_ACCESS_TOKEN',
          'Create a token at supabase.com/dashboard/account/tokens',
          async () => {
            const { account, warnings } = await readAccount(settings, context);
            const [warning] = warnings;
            return warning?.message ?? `plan ${account?.plan ?? 'unknown'}, ${account?.addons.length ?? 0} add-ons`;
          },
          'warning',
        ),
  ];
}

async function aboutDatabase(url: string | undefined, context: CollectContext): Promise<Finding[]> {
  if (url === undefined)
    return [
      {
        check: 'SUPABASE_DB_URL',
        ok: 'warning',
        message: 'not set: active users are a lower bound (last sign-in), the database size stays empty',
        remedy: 'Set the connection string of a role that may read auth.users, auth.sessions and storage.objects',
      },
    ];
  const reading = await readDatabase(url, [context.day], context.signal);
  if (reading.warnings.length === 0)
    return [{ check: 'SUPABASE_DB_URL', ok: true, message: 'may read sessions, storage and the database size' }];
  return reading.warnings.map((warning) => ({
    check: 'SUPABASE_DB_URL',
    ok: 'warning',
    message: warning.message,
    remedy: warning.remedy,
  }));
}

async function look(
  check: string,
  remedy: string,
  read: () => Promise<string>,
  onFailure: false | 'warning' = false,
): Promise<Finding> {
  const setting = check === 'SUPABASE_ACCESS_TOKEN' ? 'SUPABASE_API_URL' : 'SUPABASE_URL';
  const remedyFor = (error: CollectorError): string => remedyForTransport(error, 'Supabase', setting) ?? remedy;
  return (await probe({ check, onFailure, read, remedyFor })).finding;
}
