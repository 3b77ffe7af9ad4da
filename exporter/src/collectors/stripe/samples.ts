import { microsToNumber, parseMicros, type Micros } from '../../money/micros.ts';
import type { Sample } from '../contract.ts';
import type { MrrSnapshot } from './snapshot.ts';

type Shown = Pick<
  MrrSnapshot,
  'mrrUsd' | 'atRiskUsd' | 'trialUsd' | 'pausedUsd' | 'byCurrency' | 'payingCustomers' | 'byStatus'
>;

/** Currencies of one account; the page stays small whatever Stripe says. */
const MAX_CURRENCIES = 40;

/**
 * Gauges of the snapshot; billed, cash and revenue of the month come from the database. What is not known has no series.
 */
export function stripeSamples(snapshot: Shown): Sample[] {
  const provider = 'stripe';
  const money = (name: string, value: Micros | undefined): Sample[] =>
    value === undefined ? [] : [{ name, labels: { provider }, value: microsToNumber(value) }];
  return [
    ...money('mrr_usd', snapshot.mrrUsd),
    ...money('mrr_at_risk_usd', snapshot.atRiskUsd),
    ...money('mrr_trial_usd', snapshot.trialUsd),
    ...money('mrr_paused_usd', snapshot.pausedUsd),
    ...Object.entries(snapshot.byCurrency)
      .slice(0, MAX_CURRENCIES)
      .map(([currency, mrr]) => ({
        name: 'mrr_native',
        labels: { provider, currency },
        value: microsToNumber(parseMicros(mrr)),
      })),
    ...(snapshot.payingCustomers === undefined
      ? []
      : [{ name: 'paying_customers', labels: { provider }, value: snapshot.payingCustomers }]),
    ...Object.entries(snapshot.byStatus).map(([status, value]) => ({
      name: 'subscriptions',
      labels: { provider, status },
      value,
    })),
  ];
}
