import { addDays } from '../money/days.ts';
import type { DemoPeriod } from './period.ts';
import type { Random } from './random.ts';

export interface Plan {
  /** The price's id. */
  readonly id: string;
  readonly name: string;
  readonly product: string;
  readonly cents: number;
  readonly months: 1 | 12;
}

export const PLANS = {
  starter: { id: 'price_demo_starter', name: 'Starter', product: 'prod_demo_starter', cents: 4_900, months: 1 },
  team: { id: 'price_demo_team', name: 'Team', product: 'prod_demo_team', cents: 14_900, months: 1 },
  business: { id: 'price_demo_business', name: 'Business', product: 'prod_demo_business', cents: 34_900, months: 1 },
  teamYear: { id: 'price_demo_team_year', name: 'Team, yearly', product: 'prod_demo_team', cents: 149_000, months: 12 },
  businessYear: {
    id: 'price_demo_business_year',
    name: 'Business, yearly',
    product: 'prod_demo_business',
    cents: 349_000,
    months: 12,
  },
} as const satisfies Record<string, Plan>;

/** A customer as of now: what it pays for, since when and, where it has left, until when. */
export interface Subscriber {
  /** As Stripe names it. */
  readonly id: string;
  readonly plan: Plan;
  readonly since: string;
  /** First day without the subscription. */
  readonly until: string | undefined;
  readonly state: 'active' | 'past_due' | 'paused';
}

export interface DemoUser {
  readonly id: string;
  readonly email: string;
  /** Undefined: somebody whose customer nobody has entered. */
  readonly customer: string | undefined;
  readonly since: string;
  /** How much of the usage is this user's; some use far more than others. */
  readonly weight: number;
}

const EARLY = 46;
const LATE = 22;
const USERS = 60;
const UNMATCHED = 5;

const FIRST_NAMES = [
  'ada',
  'bela',
  'chidi',
  'dana',
  'elif',
  'farid',
  'gita',
  'hugo',
  'ines',
  'jonas',
  'kemal',
  'lena',
  'mina',
  'noor',
  'oskar',
  'pia',
  'quinn',
  'rosa',
  'sami',
  'tara',
] as const;
const LAST_NAMES = [
  'arnaud',
  'becker',
  'costa',
  'diaz',
  'eriksen',
  'fontaine',
  'garcia',
  'haas',
  'ivanov',
  'jensen',
  'keller',
] as const;

/** Customers who came before the period and during it; some have left. */
export function demoSubscribers(period: DemoPeriod, random: Random): Subscriber[] {
  const length = period.days.length;
  return Array.from({ length: EARLY + LATE }, (_, index) => {
    const early = index < EARLY;
    const since = addDays(period.from, early ? -random.whole(5, 330) : random.whole(3, length - 4));
    const leaves = index % 11 === 7;
    return {
      id: `cus_demo${String(index + 1).padStart(3, '0')}`,
      plan: planOf(random.next()),
      since,
      until: leaves && early ? addDays(period.from, random.whole(20, length - 20)) : undefined,
      state: index === 12 ? 'past_due' : index === 31 ? 'paused' : 'active',
    };
  });
}

export function planOf(chance: number): Plan {
  if (chance < 0.42) return PLANS.starter;
  if (chance < 0.72) return PLANS.team;
  if (chance < 0.88) return PLANS.business;
  return chance < 0.95 ? PLANS.teamYear : PLANS.businessYear;
}

export function demoUsers(customers: readonly Subscriber[], period: DemoPeriod, random: Random): DemoUser[] {
  return Array.from({ length: USERS }, (_, index) => {
    const customer = index < USERS - UNMATCHED ? customers[index % customers.length] : undefined;
    const first = FIRST_NAMES[index % FIRST_NAMES.length] ?? 'ada';
    const last = LAST_NAMES[(index * 7) % LAST_NAMES.length] ?? 'arnaud';
    return {
      id: random.uuid(),
      email: `${first}.${last}${index}@example.com`,
      customer: customer?.id,
      since: customer?.since ?? period.from,
      weight: 6.4 / ((index % 37) + 2),
    };
  });
}
