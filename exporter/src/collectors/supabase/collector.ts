import type { Settings } from '../../settings/schema.ts';
import type { CollectContext, Collected, Collector, Warning } from '../contract.ts';
import { remedyOfCause, symptomOf } from '../causes.ts';
import { CollectorError } from '../errors.ts';
import { fallenCounts } from '../fallen-counts.ts';
import { requireReady } from '../readiness.ts';
import { openSupabase, type SupabaseProjectClient } from './client.ts';
import type { SupabaseData } from './data.ts';
import { diagnoseSupabase } from './diagnose.ts';
import { partsOfEndedMonth } from './ended-month.ts';
import { estimateSupabase, type Account } from './estimate.ts';
import { supabaseReadiness } from './readiness.ts';
import { readAccount } from './management.ts';
import { supabaseSamples } from './samples.ts';
import { readDatabase, type DatabaseReading } from './sql.ts';
import { knownSizes, readStorage } from './storage.ts';
import { storeSupabase } from './store.ts';
import { listUsers, usersOf } from './count-users.ts';

export type SupabaseSettings = Pick<
  Settings,
  'SUPABASE_URL' | 'SUPABASE_KEY' | 'SUPABASE_DB_URL' | 'SUPABASE_ACCESS_TOKEN' | 'SUPABASE_API_URL'
>;

/** What a person looks at where a count fell to nothing. */
const DOUBT = 'look whether SUPABASE_URL is still the right project, and whether the key and the role see every row';

/**
 * Users, active users, sizes and a cost estimate of one Supabase project: a present state, so nothing is backfilled.
 */
export function createSupabaseCollector(settings: SupabaseSettings): Collector<SupabaseData> {
  return {
    name: 'supabase',
    restatedDays: 0,
    backfillDays: 0,
    configured: () => supabaseReadiness(settings),
    collect: (context) => collectSupabase(settings, context),
    store: storeSupabase,
    samples: supabaseSamples,
    diagnose: (context) => diagnoseSupabase(settings, context),
  };
}

async function collectSupabase(settings: SupabaseSettings, context: CollectContext): Promise<Collected<SupabaseData>> {
  const client = await openConfigured(settings);
  const days = context.today === context.day ? [context.day] : [context.day, context.today];
  const listed = await listUsers(client, context, days);
  const database: DatabaseReading =
    settings.SUPABASE_DB_URL === undefined
      ? { warnings: [] }
      : await readDatabase(settings.SUPABASE_DB_URL, days, context.signal);
  const counted = usersOf(listed, database);
  const storage = database.storage ? knownSizes(database.storage) : await readStorage(client, context);
  const account = await accountOf(settings, context);
  const read = 'skipped' in storage ? undefined : storage;
  const counts = { users: counted.users, storage_bytes: read?.bytes ?? null, storage_objects: read?.objects ?? null };
  const { fallen, warnings: doubts } = await fallenCounts(context, 'supabase', counts, DOUBT);
  const known = fallen.has('storage_bytes') || fallen.has('storage_objects') ? undefined : read;
  const ended = new Map(
    await Promise.all(days.map(async (day) => [day, await partsOfEndedMonth(context, day)] as const)),
  );
  const data: SupabaseData = {
    users: fallen.has('users') ? null : counted.users,
    activeUsersMethod: counted.method,
    databaseSizeBytes: database.sizeBytes ?? null,
    storageBytes: known?.bytes ?? null,
    storageObjects: known?.objects ?? null,
    plan: account.account?.plan ?? null,
    asOf: context.now,
    days: days.map((day) => {
      const activeUsers = fallen.has('users') ? null : (counted.activeUsers.get(day) ?? 0n);
      const estimate =
        activeUsers === null || account.unreadable
          ? null
          : estimateSupabase({
              day,
              activeUsers,
              atLeast: counted.method === 'last_sign_in',
              storageBytes: known?.bytes ?? null,
              account: account.account,
              ended: ended.get(day),
            });
      return { day, provisional: day === context.today, activeUsers, estimate };
    }),
  };
  const warnings = [
    ...counted.warnings,
    ...database.warnings.map(({ code, message }) => ({ code, message })),
    ...doubts,
    ...('skipped' in storage ? [{ code: 'storage_skipped', message: `storage was not read: ${storage.skipped}` }] : []),
    ...(known && known.unsized > 0
      ? [
          {
            code: 'objects_without_size',
            message: 'stored objects are listed without a size, so the storage bytes are a lower bound',
            count: known.unsized,
          },
        ]
      : []),
    ...account.warnings,
    ...(account.unreadable || fallen.has('users') ? [] : aboutEstimate(data, account.account)),
  ];
  return { data, warnings, asOf: context.now };
}

/** The plan and add-ons; where they cannot be read, what is estimated already stays until they can. */
async function accountOf(
  settings: SupabaseSettings,
  context: CollectContext,
): Promise<{ account: Account | null; unreadable: boolean; warnings: Warning[] }> {
  try {
    return { ...(await readAccount(settings, context)), unreadable: false };
  } catch (error) {
    if (!(error instanceof CollectorError) || context.signal.aborted || error.kind === 'bug') throw error;
    const remedy = remedyOfCause(symptomOf(error, 'Supabase'));
    return {
      account: null,
      unreadable: true,
      warnings: [
        {
          code: 'account_unreadable',
          message: `SUPABASE_ACCESS_TOKEN: the plan could not be read, so the estimate stays as it is until it can (${error.message})${remedy === undefined ? '' : `. ${remedy}`}`,
        },
      ],
    };
  }
}

/** Opens the client when the settings can work; a misuse without asking `configured()` first gets the same answer. */
async function openConfigured(settings: SupabaseSettings): Promise<SupabaseProjectClient> {
  requireReady(supabaseReadiness(settings));
  return openSupabase(settings.SUPABASE_URL ?? '', settings.SUPABASE_KEY ?? '');
}

function aboutEstimate(data: SupabaseData, account: Account | null): Warning[] {
  const estimated = data.days.some((day) => day.estimate !== null);
  if (!estimated && account !== null)
    return [
      {
        code: 'unpriced_plan',
        message: `the ${account.plan} plan has no list price: enter the invoices, or set SUPABASE_MONTHLY_COST_USD`,
      },
    ];
  if (!estimated)
    return [
      {
        code: 'no_estimate',
        message:
          'without the storage size no cost can be estimated: enter the invoices, or set SUPABASE_MONTHLY_COST_USD',
      },
    ];
  const warnings: Warning[] = [];
  if (account === null)
    warnings.push({
      code: 'free_tier_estimate',
      message:
        'the cost is free-tier arithmetic, not a bill: enter the invoices, set SUPABASE_MONTHLY_COST_USD, or set SUPABASE_ACCESS_TOKEN for a priced estimate',
    });
  else if (data.storageBytes === null)
    warnings.push({
      code: 'estimate_without_storage',
      message: 'the estimate leaves out storage, which could not be read',
    });
  return warnings;
}
