import { performance } from 'node:perf_hooks';
import type { MrrPolicy } from '../../money/mrr-policy.ts';
import type { Settings } from '../../settings/schema.ts';
import { loadFxRates, rateOn } from '../../ledger/fx-rates.ts';
import type { CollectContext, Collected, Collector } from '../contract.ts';
import { CollectorError, SkipError } from '../errors.ts';
import { cashRow, categoryOf } from './balance.ts';
import { createStripeClient, type StripeClient } from './client.ts';
import type { StripeData } from './data.ts';
import { diagnoseStripe } from './diagnose.ts';
import { isComplete, loadHistory, targetOf } from './history.ts';
import { readInvoices } from './invoices.ts';
import { requireReady } from '../readiness.ts';
import { stripeReadiness } from './readiness.ts';
import { readHistory } from './read-history.ts';
import { stripeSamples } from './samples.ts';
import { balanceTransaction } from './schema.ts';
import { takeSnapshot } from './snapshot.ts';
import { storeStripe } from './store.ts';
import { readSubscriptions } from './subscriptions.ts';
import { createTally, type WarningTally } from './tally.ts';

export type StripeSettings = Pick<
  Settings,
  | 'STRIPE_SECRET_KEY'
  | 'STRIPE_ALLOW_TEST_MODE'
  | 'STRIPE_API_URL'
  | 'MRR_COUNT_PAST_DUE'
  | 'MRR_COUNT_TRIALING'
  | 'MRR_COUNT_PAUSED'
  | 'MRR_COUNT_REPEATING_DISCOUNTS'
>;

export interface StripeOptions {
  /** After so many milliseconds a run stops reading the past, and the next run goes on from there. */
  readonly historyBudgetMs?: number;
}

const HISTORY_BUDGET_MS = 70_000;

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
    configured,
    collect: async (context) => collectStripe(connect(), context, { policy, allowTestMode, historyBudgetMs }),
    store: storeStripe,
    samples: ({ snapshot }) => stripeSamples(snapshot),
    diagnose: (context) => diagnoseStripe(configured(), connect, allowTestMode, context),
  };
}

interface CollectOptions {
  readonly policy: MrrPolicy;
  readonly allowTestMode: boolean;
  readonly historyBudgetMs: number;
}

async function collectStripe(
  client: StripeClient,
  context: CollectContext,
  { policy, allowTestMode, historyBudgetMs }: CollectOptions,
): Promise<Collected<StripeData>> {
  const { now, today, day, db } = context;
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
  const { live, byStatus } = await readSubscriptions(client, context, policy, refuseTestMode, tally);
  const invoices = await readInvoices(client, context, {
    known: await loadHistory(db, 'invoices'),
    target: targetOf('invoices', today),
    outOfTime,
    refuseTestMode,
    tally,
  });
  const balance = await readHistory(
    client,
    context,
    'balanceTransactions',
    (window) => (stripe, cursor) => stripe.balanceTransactions.list({ ...cursor, created: window }),
    balanceTransaction,
    {
      known: await loadHistory(db, 'balance_transactions'),
      target: targetOf('balance_transactions', today),
      outOfTime,
    },
  );
  const unknown = balance.items.filter((one) => categoryOf(one) === undefined).length;
  if (unknown > 0)
    tally.add(
      'unknown_enum',
      'balance transactions of a category that this version does not know; they count neither as cash nor as fee',
      unknown,
    );
  const cash = balance.items.map(cashRow);
  if (!isComplete(invoices.history) || !isComplete(balance.history))
    tally.add(
      'history_incomplete',
      'the history of invoices and payments is still being read; revenue is shown when the next runs have read the rest',
    );
  const rates = await loadFxRates(db, [
    ...new Set([...live, ...invoices.lines, ...cash].map(({ currency }) => currency)),
  ]);
  const snapshot = orBadResponse(() => takeSnapshot(live, byStatus, rates, day, now, policy, tally));
  warnUnconverted(
    tally,
    'invoice lines',
    invoices.lines.filter((line) => line.minor !== 0n && rateOn(rates, line.currency, line.finalisedOn) === undefined),
  );
  warnUnconverted(
    tally,
    'balance transactions',
    cash.filter((row) => rateOn(rates, row.currency, row.day) === undefined),
  );
  const { lines, invoiceIds, creditNotesRead } = invoices;
  return {
    data: {
      snapshot,
      today,
      lines,
      invoiceIds,
      creditNotesRead,
      cash,
      invoiceHistory: invoices.history,
      cashHistory: balance.history,
      asOf: now,
    },
    warnings: tally.all(),
    asOf: now,
  };
}

/** What the arithmetic refuses, such as tiers that end below the quantity, is a fault of the answer. */
function orBadResponse<Result>(compute: () => Result): Result {
  try {
    return compute();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new CollectorError(
      'bad_payload',
      'bad_response',
      `Stripe sent subscriptions whose MRR cannot be computed: ${error.message}`,
      { cause: error },
    );
  }
}

function warnUnconverted(tally: WarningTally, what: string, rows: readonly { readonly currency: string }[]): void {
  if (rows.length === 0) return;
  const currencies = [...new Set(rows.map(({ currency }) => currency))].sort().join(', ');
  tally.add(
    'unconverted_currency',
    `${what} in ${currencies} have no exchange rate to USD and are outside the USD totals`,
    rows.length,
  );
}
