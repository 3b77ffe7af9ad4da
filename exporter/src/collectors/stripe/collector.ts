import { performance } from 'node:perf_hooks';
import type { MrrPolicy } from '../../money/mrr-policy.ts';
import type { Settings } from '../../settings/schema.ts';
import type { Queryable } from '../../database/queryable.ts';
import type { CollectContext, Collected, Collector } from '../contract.ts';
import { CollectorError, SkipError } from '../errors.ts';
import { createStripeClient, type StripeClient } from './client.ts';
import type { StripeData } from './data.ts';
import { diagnoseStripe } from './diagnose.ts';
import { requireReady } from '../readiness.ts';
import { stripeReadiness } from './readiness.ts';
import { describeProgress } from '../progress.ts';
import { isHistoryBehind, readHistory } from './reading/read-history.ts';
import { stripeSamples } from './samples.ts';
import { UNKNOWN_MRR, type MrrSnapshot } from './snapshot.ts';
import { storeStripe } from './store.ts';
import { describeAmounts } from './describe-amounts.ts';
import { storeDerived } from './store-derived.ts';
import { createTally, type WarningTally } from './tally.ts';
import { collectMrr, type MrrOptions } from './mrr-days.ts';
import type { HistoryReader } from './reading/read-list.ts';

export type StripeSettings = Pick<
  Settings,
  | 'STRIPE_SECRET_KEY'
  | 'STRIPE_ALLOW_TEST_MODE'
  | 'STRIPE_API_URL'
  | 'MRR_COUNT_PAST_DUE'
  | 'MRR_COUNT_TRIALING'
  | 'MRR_COUNT_PAUSED'
  | 'MRR_COUNT_REPEATING_DISCOUNTS'
  | 'STRIPE_USER_METADATA'
>;

export interface StripeOptions {
  /** After so many milliseconds a run stops reading the past, and the next run goes on from there. */
  readonly historyBudgetMs?: number;
}

const HISTORY_BUDGET_MS = 70_000;
/** Of that time the part that may be spent on cancellations before the day is closed. */
const CANCELLATIONS_SHARE = 1 / 3;

/**
 * Stripe: MRR (a snapshot a day), recognised and billed revenue from invoices and credit notes, cash and fees from
 * balance transactions. See docs/providers/stripe.md.
 */
export function createStripeCollector(
  settings: StripeSettings,
  { historyBudgetMs = HISTORY_BUDGET_MS }: StripeOptions = {},
): Collector<StripeData> {
  const { STRIPE_SECRET_KEY: key, STRIPE_ALLOW_TEST_MODE: allowTestMode, STRIPE_API_URL: baseUrl } = settings;
  const policy: MrrPolicy = {
    countPastDue: settings.MRR_COUNT_PAST_DUE,
    countTrialing: settings.MRR_COUNT_TRIALING,
    countPaused: settings.MRR_COUNT_PAUSED,
    countRepeatingDiscounts: settings.MRR_COUNT_REPEATING_DISCOUNTS,
  };
  const configured = () => stripeReadiness(key, allowTestMode);
  let client: StripeClient | undefined;
  const connect = (): StripeClient => {
    requireReady(configured());
    return (client ??= createStripeClient(key ?? '', baseUrl));
  };
  return {
    name: 'stripe',
    restatedDays: 3,
    // A past MRR cannot be asked for; past revenue is read by the collector's own history.
    backfillDays: 0,
    isBehind: isHistoryBehind,
    configured,
    collect: async (context) =>
      collectStripe(connect(), context, {
        policy,
        allowTestMode,
        historyBudgetMs,
        userKeys: settings.STRIPE_USER_METADATA,
      }),
    store: storeStripe,
    samples: ({ snapshot }) => stripeSamples(snapshot),
    diagnose: (context) => diagnoseStripe(configured(), connect, allowTestMode, context),
  };
}

interface CollectOptions {
  readonly policy: MrrPolicy;
  readonly allowTestMode: boolean;
  readonly historyBudgetMs: number;
  readonly userKeys: readonly string[];
}

async function collectStripe(
  client: StripeClient,
  context: CollectContext,
  { policy, allowTestMode, historyBudgetMs, userKeys }: CollectOptions,
): Promise<Collected<StripeData>> {
  const { now, today, db } = context;
  const tally = createTally();
  const started = performance.now();
  const outOfTime = (): boolean => performance.now() - started >= historyBudgetMs;
  const refuseTestMode = ({ livemode }: { livemode?: boolean | undefined }): void => {
    if (livemode === false && !allowTestMode) {
      throw new SkipError(
        'test_mode_refused',
        'Stripe answers with test-mode data, which is not revenue; use a live key, or set STRIPE_ALLOW_TEST_MODE=true',
      );
    }
  };
  const reader: HistoryReader = { client, context, tally, outOfTime, today, requests: 0, creditsSeen: false, userKeys };
  const mrr = await mrrOrRefusal(reader, {
    policy,
    refuseTestMode,
    outOfTime: () => performance.now() - started >= historyBudgetMs * CANCELLATIONS_SHARE,
  });
  const { progress, revenueUnreadable } = await readHistory(reader, { refuseTestMode });
  await storeDerived(reader, { isWhole: progress.percent === 100 });
  // A key that may read nothing at all is refused; one that lacks a permission costs the figures behind it.
  if ('refusal' in mrr && revenueUnreadable) throw mrr.refusal;
  // A dry run stores nothing, so it cannot tell how far the history would be read.
  if (progress.percent < 100 && context.checkpoint !== undefined)
    tally.add(
      'history_incomplete',
      `history: ${describeProgress(progress)}; revenue is shown when the next runs have read the rest`,
    );
  await warnUnconverted(db, tally);
  const snapshot = 'refusal' in mrr ? UNKNOWN_MRR : mrr;
  return { data: { snapshot, today, progress }, warnings: tally.all(), asOf: now };
}

async function mrrOrRefusal(
  reader: HistoryReader,
  options: MrrOptions,
): Promise<MrrSnapshot | { readonly refusal: CollectorError }> {
  try {
    return await collectMrr(reader, options);
  } catch (error) {
    if (!(error instanceof CollectorError) || error.reason !== 'missing_permission') throw error;
    reader.tally.add('subscriptions_unreadable', `${error.message}; MRR is unknown`);
    return { refusal: error };
  }
}

const UNCONVERTED = `
SELECT what, currency, trunc(sum(amount))::text AS minor, count(*)::int AS count FROM (
  SELECT 'invoice lines' AS what, currency, amount, finalised_on AS day FROM stripe_revenue_lines
    WHERE fx_rate IS NULL AND amount <> 0
  UNION ALL SELECT 'balance transactions', currency, amount, day FROM stripe_balance_transactions
    WHERE fx_rate IS NULL
) u WHERE NOT EXISTS (SELECT 1 FROM fx_rates r WHERE r.currency = u.currency AND r.day <= u.day)
GROUP BY what, currency ORDER BY what DESC, currency`;

async function warnUnconverted(db: Queryable, tally: WarningTally): Promise<void> {
  const { rows } = await db.query<{ what: string; currency: string; minor: string; count: number }>(UNCONVERTED);
  for (const [what, parts] of Map.groupBy(rows, (row) => row.what)) {
    const amounts = parts.map(({ currency, minor }) => ({ currency, minor: BigInt(minor) }));
    tally.add(
      'unconverted_currency',
      `${what} in ${parts.map(({ currency }) => currency).join(', ')} have no exchange rate to USD and are outside the ` +
        `USD totals (${describeAmounts(amounts)})`,
      parts.reduce((sum, { count }) => sum + count, 0),
    );
  }
}
