import { z } from 'zod';
import type { ListAnswer } from '../../../contract/answers.ts';
import {
  BRIDGE_STEPS,
  CONVERTED_FIGURES,
  type MrrBridgeRow,
  type MrrCurrencyRow,
  type RevenueDayRow,
  type RevenueMonthRow,
} from '../../../contract/revenue.ts';
import { count, day, envelope, period, usdOrNull } from '../../shared/schemas.ts';
import { movementQuery } from '../movements/schema.ts';

export const revenueQuery = z.strictObject(period);

const nativeAmount = z.string().meta({ example: '12.50', description: 'Decimal string in the currency itself.' });

const figures = {
  mrrUsd: usdOrNull,
  mrrAtRiskUsd: usdOrNull.meta({ description: 'The part of MRR whose subscriptions are past due.' }),
  mrrTrialUsd: usdOrNull.meta({ description: 'What trials would bring a month; not part of MRR.' }),
  mrrPausedUsd: usdOrNull.meta({ description: 'What paused subscriptions would bring a month; not part of MRR.' }),
  payingCustomers: count.nullable().meta({ description: 'Customers with an MRR above 0.' }),
  activeSubscriptions: count.nullable().meta({ description: 'Subscriptions that are active or past due.' }),
  recognisedUsd: usdOrNull,
  billedUsd: usdOrNull.meta({ description: 'Finalised invoices without tax.' }),
  creditedUsd: usdOrNull.meta({ description: 'Credit notes without tax; positive.' }),
  badDebtUsd: usdOrNull.meta({ description: 'Invoices that were given up, without tax; positive.' }),
  deferredUsd: usdOrNull.meta({ description: 'Invoiced and not yet earned.' }),
  cashUsd: usdOrNull.meta({ description: 'Charges − refunds − disputes.' }),
  feesUsd: usdOrNull,
  refundsUsd: usdOrNull.meta({ description: 'Positive.' }),
  disputesUsd: usdOrNull.meta({ description: 'Withdrawn less what came back when they were won.' }),
};

const dayRow = z.object({
  day,
  ...figures,
  unconverted: z
    .partialRecord(z.enum(CONVERTED_FIGURES), z.record(z.string(), nativeAmount))
    .meta({ description: 'Amounts without a rate to USD, by figure and currency; the figure itself is null then.' }),
});
export const revenueByDay = z.object({ data: z.array(dayRow), ...envelope }) satisfies z.ZodType<
  ListAnswer<RevenueDayRow>
>;

const monthRow = z.object({
  month: z.string().meta({ example: '2026-03' }),
  complete: z.boolean().meta({ description: 'False for the running month.' }),
  ...figures,
});
export const revenueByMonth = z.object({ data: z.array(monthRow), ...envelope }) satisfies z.ZodType<
  ListAnswer<RevenueMonthRow>
>;

const currencyRow = z.object({
  day,
  currency: z.string().meta({ example: 'EUR' }),
  mrr: nativeAmount,
  fxRate: z.string().nullable().meta({ description: 'USD for one unit when the day was stored.' }),
  mrrUsd: usdOrNull,
});
export const mrrByCurrency = z.object({ data: z.array(currencyRow), ...envelope }) satisfies z.ZodType<
  ListAnswer<MrrCurrencyRow>
>;

export const bridgeQuery = movementQuery.omit({ groupBy: true, limit: true });

const bridgeRow = z.object({
  step: z.enum(BRIDGE_STEPS),
  stepUsd: usdOrNull.meta({ description: 'MRR for opening and closing, else the change with its sign.' }),
  baseUsd: usdOrNull.meta({ description: 'What the bar stands on.' }),
  levelUsd: usdOrNull.meta({ description: 'Height of the bar for opening and closing, else 0.' }),
  riseUsd: usdOrNull.meta({ description: 'Height of a step up, else 0.' }),
  fallUsd: usdOrNull.meta({ description: 'Height of a step down, else 0.' }),
  axisUsd: usdOrNull.meta({ description: 'Where an axis may begin, so that the steps can be seen beside the whole.' }),
});
export const mrrBridge = z.object({ data: z.array(bridgeRow), ...envelope }) satisfies z.ZodType<
  ListAnswer<MrrBridgeRow>
>;
