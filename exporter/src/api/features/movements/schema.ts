import { z } from 'zod';
import {
  COHORT_KINDS,
  LISTED_MOVEMENTS,
  MOVEMENT_GROUPS,
  MOVEMENT_ROW_KINDS,
  type LargestMovementRow,
  type ListAnswer,
  type MrrByPlanRow,
  type MrrMovementRow,
  type MrrWaterfallRow,
  type RevenueCohortRow,
  type RevenueRetentionRow,
} from '../../../contract/datasets.ts';
import { MOVEMENT_VIEWS } from '../../../movements/scope.ts';
import {
  count,
  day,
  envelope,
  nameParameter,
  period,
  ratioOrNull,
  usdOrNull,
  wholeNumber,
} from '../../shared/schemas.ts';

const filters = {
  plan: nameParameter.meta({ description: "Stripe's id of a price." }).optional(),
  product: nameParameter.meta({ description: "Stripe's id of a product." }).optional(),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, 'must be an ISO currency such as EUR')
    .optional(),
  customer: nameParameter.meta({ description: "Stripe's id of a customer; not for the role `figures`." }).optional(),
};
const limit = { limit: wholeNumber(1, 1000).optional() };

export const retentionQuery = z.strictObject(period);
export const planQuery = z.strictObject({ ...period, ...limit });
export const movementQuery = z.strictObject({
  ...period,
  groupBy: z.enum(MOVEMENT_GROUPS, `must be ${MOVEMENT_GROUPS.join(', ')}`).optional(),
  ...filters,
  ...limit,
  view: z
    .enum(MOVEMENT_VIEWS, `must be ${MOVEMENT_VIEWS.join(' or ')}`)
    .optional()
    .meta({
      description:
        '`as_booked` (default): what each day said when it was closed. `restated`: with every rate and subscription ' +
        'that is known now.',
    }),
});
export type MovementQuery = z.output<typeof movementQuery>;
export const largestQuery = z.strictObject({
  ...period,
  movement: z.enum(LISTED_MOVEMENTS, `must be one of ${LISTED_MOVEMENTS.join(', ')}`).optional(),
  ...filters,
  ...limit,
});

const countOrNull = count.nullable();
const textOrNull = z.string().nullable();
const month = z.string().meta({ example: '2026-03' });

const movementFigures = {
  kind: z.enum(MOVEMENT_ROW_KINDS),
  group: textOrNull,
  name: textOrNull,
  openingUsd: usdOrNull,
  newUsd: usdOrNull,
  expansionUsd: usdOrNull,
  contractionUsd: usdOrNull.meta({ description: 'Not above 0.' }),
  churnUsd: usdOrNull.meta({ description: 'Not above 0.' }),
  reactivationUsd: usdOrNull,
  rateChangeUsd: usdOrNull.meta({ description: 'The same amount in its own currency, at another rate.' }),
  correctionUsd: usdOrNull.meta({ description: 'What changed is what is known or counted, not what a customer did.' }),
  closingUsd: usdOrNull.meta({ description: 'Opening + all movements, to the cent.' }),
  netNewUsd: usdOrNull.meta({ description: 'New + expansion + contraction + churn + reactivation.' }),
  newCustomers: countOrNull,
  churnedCustomers: countOrNull,
  reactivatedCustomers: countOrNull,
};

export const movementsByDay = z.object({
  data: z.array(z.object({ day, ...movementFigures })),
  ...envelope,
}) satisfies z.ZodType<ListAnswer<MrrMovementRow>>;

export const movementsByMonth = z.object({
  data: z.array(z.object({ month, complete: z.boolean(), ...movementFigures })),
  ...envelope,
}) satisfies z.ZodType<ListAnswer<MrrWaterfallRow>>;

export const retentionAnswer = z.object({
  data: z.array(
    z.object({
      month,
      complete: z.boolean(),
      openingCustomers: countOrNull,
      newCustomers: countOrNull,
      churnedCustomers: countOrNull,
      reactivatedCustomers: countOrNull,
      customers: countOrNull,
      mrrUsd: usdOrNull,
      arpuUsd: usdOrNull,
      customerChurnRate: ratioOrNull,
      grossMrrChurnRate: ratioOrNull,
      netMrrChurnRate: ratioOrNull,
      netRevenueRetention: ratioOrNull.meta({ description: 'Over 12 months; null before there are 12.' }),
      grossRevenueRetention: ratioOrNull,
      lifetimeValueUsd: usdOrNull.meta({ description: 'Null where nobody churned.' }),
    }),
  ),
  ...envelope,
}) satisfies z.ZodType<ListAnswer<RevenueRetentionRow>>;

export const cohortsAnswer = z.object({
  data: z.array(
    z.object({
      cohort: month,
      kind: z.enum(COHORT_KINDS),
      age: count,
      month,
      complete: z.boolean(),
      startCustomers: count,
      customers: countOrNull,
      customerRetention: ratioOrNull,
      startMrrUsd: usdOrNull,
      mrrUsd: usdOrNull,
      mrrRetention: ratioOrNull,
    }),
  ),
  ...envelope,
}) satisfies z.ZodType<ListAnswer<RevenueCohortRow>>;

export const plansAnswer = z.object({
  data: z.array(
    z.object({
      kind: z.enum(['group', 'unknown', 'other']),
      plan: textOrNull,
      name: textOrNull,
      product: textOrNull,
      customers: countOrNull,
      openingUsd: usdOrNull,
      mrrUsd: usdOrNull,
      changeUsd: usdOrNull,
      share: ratioOrNull,
    }),
  ),
  ...envelope,
}) satisfies z.ZodType<ListAnswer<MrrByPlanRow>>;

export const largestAnswer = z.object({
  data: z.array(
    z.object({
      day,
      movement: z.enum(LISTED_MOVEMENTS),
      customer: z.string(),
      name: z.string().meta({ description: "Stripe's name of the customer, else its e-mail, else its id." }),
      email: textOrNull,
      amountUsd: usdOrNull,
      plansBefore: textOrNull,
      plansAfter: textOrNull,
    }),
  ),
  ...envelope,
}) satisfies z.ZodType<ListAnswer<LargestMovementRow>>;
