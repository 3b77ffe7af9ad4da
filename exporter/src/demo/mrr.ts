import { centsToMicros, divideRounded, sumMicros, type Micros } from '../money/micros.ts';
import { contains, phaseOn, type DemoCustomer } from './customers.ts';
import type { Plan } from './people.ts';

/** MRR of one day, in micro-USD. */
export interface DemoMrr {
  /** Without those that are paused. */
  readonly byCustomer: ReadonlyMap<string, { readonly plan: Plan; readonly mrr: Micros }>;
  readonly total: Micros;
  /** Past due; inside `total`. */
  readonly atRisk: Micros;
  /** Outside `total`. */
  readonly paused: Micros;
  /** Outside `total`. */
  readonly trial: Micros;
  readonly statuses: Readonly<Record<string, number>>;
}

export function mrrOn(customers: readonly DemoCustomer[], day: string): DemoMrr {
  const paying = customers.flatMap((customer) => {
    const phase = phaseOn(customer, day);
    return phase === undefined ? [] : [{ customer, plan: phase.plan, mrr: monthly(phase.plan) }];
  });
  const atRisk = paying.filter(({ customer }) => customer.late.some((span) => contains(span, day)));
  const onTrial = customers.filter(
    ({ phases, trialFrom }) => trialFrom !== undefined && trialFrom <= day && day < (phases[0]?.from ?? ''),
  );
  const paused = customers.filter(({ pausedFrom }) => pausedFrom !== undefined && day >= pausedFrom);
  const amounts = (of: readonly DemoCustomer[]): Micros =>
    sumMicros(
      of.flatMap(({ phases }) => (phases[0] === undefined ? [] : [monthly((phases.at(-1) ?? phases[0]).plan)])),
    );
  return {
    byCustomer: new Map(paying.map(({ customer, plan, mrr }) => [customer.id, { plan, mrr }])),
    total: sumMicros(paying.map(({ mrr }) => mrr)),
    atRisk: sumMicros(atRisk.map(({ mrr }) => mrr)),
    paused: amounts(paused),
    trial: amounts(onTrial),
    statuses: {
      active: paying.length - atRisk.length + paused.length,
      past_due: atRisk.length,
      trialing: onTrial.length,
      canceled: customers.filter(({ phases }) => {
        const { until } = phases.at(-1) ?? {};
        return until !== undefined && until <= day;
      }).length,
    },
  };
}

function monthly({ cents, months }: Plan): Micros {
  return divideRounded(centsToMicros(BigInt(cents)), BigInt(months));
}
