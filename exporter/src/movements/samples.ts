import type { Sample } from '../collectors/contract.ts';
import type { SampleSource } from '../metrics/index.ts';
import { addDays, addMonths } from '../money/days.ts';
import { microsToNumber, parseMicros } from '../money/micros.ts';
import { movementsByMonth } from './movements.ts';
import { revenueRetention } from './retention.ts';

const provider = 'stripe';

/** What moved the MRR of the running month, and the rates of the last one that has ended; unknown figures are absent. */
export const movementSamples: SampleSource = async (db, today) => {
  const [running] = await movementsByMonth(
    db,
    { from: today, to: addDays(today, 1) },
    { groupBy: 'none', limit: 1 },
    today,
  );
  const moved = {
    new: running?.newUsd,
    expansion: running?.expansionUsd,
    contraction: running?.contractionUsd,
    churn: running?.churnUsd,
    reactivation: running?.reactivationUsd,
    rate_change: running?.rateChangeUsd,
    correction: running?.correctionUsd,
  };
  const last = addMonths(today, -1);
  const [closed] = await revenueRetention(db, { from: last, to: addDays(last, 1) }, today);
  const rates = closed?.complete === true ? closed : undefined;
  return [
    ...Object.entries(moved).flatMap(([movement, usd]) =>
      sample('mrr_movement_month_to_date_usd', { movement }, usd == null ? null : microsToNumber(parseMicros(usd))),
    ),
    ...sample('customer_churn_ratio', {}, rates?.customerChurnRate),
    ...sample('mrr_churn_ratio', { basis: 'gross' }, rates?.grossMrrChurnRate),
    ...sample('mrr_churn_ratio', { basis: 'net' }, rates?.netMrrChurnRate),
    ...sample('revenue_retention_ratio', { basis: 'gross' }, rates?.grossRevenueRetention),
    ...sample('revenue_retention_ratio', { basis: 'net' }, rates?.netRevenueRetention),
  ];
};

function sample(name: string, labels: Readonly<Record<string, string>>, value: number | null | undefined): Sample[] {
  return value == null ? [] : [{ name, labels: { provider, ...labels }, value }];
}
