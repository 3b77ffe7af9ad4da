import { microsToNumber } from '../../money/micros.ts';
import type { Sample } from '../contract.ts';
import type { MrrSnapshot } from './snapshot.ts';

/**
 * Gauges of the snapshot; revenue and fees of the month come from the database. MRR that is not known has no series.
 */
export function stripeSamples({ mrrUsd, byStatus }: MrrSnapshot): Sample[] {
  const provider = 'stripe';
  return [
    ...(mrrUsd === undefined ? [] : [{ name: 'mrr_usd', labels: { provider }, value: microsToNumber(mrrUsd) }]),
    ...Object.entries(byStatus).map(([status, value]) => ({
      name: 'subscriptions',
      labels: { provider, status },
      value,
    })),
  ];
}
