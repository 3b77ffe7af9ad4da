import { addDays } from '../money/days.ts';
import { anniversary, anniversariesBetween } from './anniversaries.ts';
import { PLANS, planOf, type Plan, type Subscriber } from './people.ts';
import type { DemoPeriod } from './period.ts';
import type { Random } from './random.ts';

/** Days `[from, until)`; without `until` it goes on. */
export interface Span {
  readonly from: string;
  readonly until: string | undefined;
}

/** What a customer pays for, from one change to the next. */
export interface Phase extends Span {
  readonly plan: Plan;
}

export interface DemoCustomer {
  readonly id: string;
  /** Oldest first; a gap between two is a time without a subscription. */
  readonly phases: readonly Phase[];
  /** First day of a free trial before the first phase. */
  readonly trialFrom: string | undefined;
  /** First day on which the collection of payments is paused. */
  readonly pausedFrom: string | undefined;
  /** Past due: from the day of an invoice to the day of its payment, or to the end of the subscription. */
  readonly late: readonly Span[];
  /** The last invoice was never paid and is given up. */
  readonly isDefaulter: boolean;
}

const FORMER = 16;
const ON_TRIAL = 3;
const TRIAL_DAYS = 14;
/** A subscription ends that many days after an invoice that nobody pays. */
const DUNNING_DAYS = 21;
const PAUSED_DAYS = 70;

/**
 * The customers of today with what they had before, those who came and left, and some who are trying: new, expansion,
 * contraction, churn and reactivation in every season, while what is paid today stays what `subscribers` say.
 */
export function demoCustomers(
  subscribers: readonly Subscriber[],
  period: DemoPeriod,
  random: Random,
): readonly DemoCustomer[] {
  const current = subscribers.map((one, index) => withHistory(one, index, period, random));
  const others = Array.from({ length: FORMER + ON_TRIAL }, (_, index) => {
    const id = `cus_demo${String(subscribers.length + index + 1).padStart(3, '0')}`;
    return index < FORMER ? formerCustomer(id, index, period, random) : onTrial(id, period, random);
  });
  return [...current, ...others];
}

/** What a phase pays a month, and on which day: used by the figures and by the tests. */
export function phaseOn({ phases, pausedFrom }: DemoCustomer, day: string): Phase | undefined {
  if (pausedFrom !== undefined && day >= pausedFrom) return undefined;
  return phases.find((phase) => contains(phase, day));
}

export function contains({ from, until }: Span, day: string): boolean {
  return from <= day && (until === undefined || day < until);
}

function withHistory(one: Subscriber, index: number, period: DemoPeriod, random: Random): DemoCustomer {
  const phases = phasesOf(one, period, random);
  const [first] = phases;
  const hasTrial = index % 4 === 1 && first?.plan.months === 1;
  return {
    id: one.id,
    phases,
    trialFrom: hasTrial ? addDays(one.since, -TRIAL_DAYS) : undefined,
    pausedFrom: one.state === 'paused' ? addDays(period.today, -PAUSED_DAYS) : undefined,
    late:
      one.state === 'past_due'
        ? [{ from: lastInvoice(phases, period), until: undefined }]
        : late(phases, period, random),
    isDefaulter: false,
  };
}

/** The plan of today after another one, or after a break; changes happen on the day of an invoice. */
function phasesOf({ plan, since, until }: Subscriber, { today }: DemoPeriod, random: Random): Phase[] {
  const whole = [{ plan, from: since, until }];
  const [chance, when] = [random.next(), random.next()];
  const changes = anniversariesBetween(since, until ?? today);
  const change = changes[Math.floor(when * changes.length)];
  if (change === undefined) return whole;
  const before = planBefore(plan, chance);
  if (before !== undefined)
    return [
      { plan: before, from: since, until: change },
      { plan, from: change, until },
    ];
  // A break of one or two months, over before the end.
  const back = anniversary(change, chance > 0.95 ? 2 : 1);
  if (chance < 0.88 || back >= (until ?? today)) return whole;
  return [
    { plan, from: since, until: change },
    { plan, from: back, until },
  ];
}

/** A smaller plan (it grew), a larger one (it shrank), the same by the month (it went yearly), or none. */
function planBefore(plan: Plan, chance: number): Plan | undefined {
  const [grew, shrank] = [chance < 0.42, chance >= 0.42 && chance < 0.56];
  switch (plan) {
    case PLANS.starter:
      return shrank ? PLANS.team : undefined;
    case PLANS.team:
      return grew ? PLANS.starter : shrank ? PLANS.business : undefined;
    case PLANS.business:
      return grew ? PLANS.team : undefined;
    case PLANS.teamYear:
      return grew ? PLANS.team : undefined;
    case PLANS.businessYear:
      return grew ? PLANS.business : undefined;
    default:
      return undefined;
  }
}

/** Came and left within the time of the demonstration; every fifth without paying the last invoice. */
function formerCustomer(id: string, index: number, period: DemoPeriod, random: Random): DemoCustomer {
  const [start = period.from] = period.revenueDays;
  const since = addDays(start, random.whole(10, 330));
  const plan = planOf(random.next() * 0.88);
  const last = anniversary(since, random.whole(2, 8));
  const isDefaulter = index % 5 === 2 && addDays(last, DUNNING_DAYS) < period.today;
  const until = addDays(last, isDefaulter ? DUNNING_DAYS : random.whole(1, 27));
  const phases = [{ plan, from: since, until }];
  return {
    id,
    phases,
    trialFrom: index % 3 === 0 ? addDays(since, -TRIAL_DAYS) : undefined,
    pausedFrom: undefined,
    late: isDefaulter ? [{ from: last, until }] : [],
    isDefaulter,
  };
}

function onTrial(id: string, { today }: DemoPeriod, random: Random): DemoCustomer {
  const from = addDays(today, random.whole(2, 9));
  return {
    id,
    phases: [{ plan: planOf(random.next() * 0.88), from, until: undefined }],
    trialFrom: addDays(from, -TRIAL_DAYS),
    pausedFrom: undefined,
    late: [],
    isDefaulter: false,
  };
}

/** Now and then an invoice is paid some days late. */
function late(phases: readonly Phase[], { today }: DemoPeriod, random: Random): Span[] {
  return phases.flatMap(({ plan, from, until }) =>
    plan.months !== 1
      ? []
      : anniversariesBetween(from, until ?? today).flatMap((day) => {
          const [isLate, days] = [random.chance(0.06), random.whole(3, 9)];
          const paid = addDays(day, days);
          return isLate && paid < (until ?? today) ? [{ from: day, until: paid }] : [];
        }),
  );
}

function lastInvoice(phases: readonly Phase[], { today }: DemoPeriod): string {
  const { from = today, plan = PLANS.starter } = phases.at(-1) ?? {};
  return anniversariesBetween(from, addDays(today, 1), plan.months).at(-1) ?? from;
}
