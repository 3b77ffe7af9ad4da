/**
 * Revenue by day and month: the rows of the REST API's answers and their datasets. Free of dependencies.
 * The figures and what they contain: docs/revenue.md.
 */
import { fields } from './fields.ts';

/** Figures of a day whose amounts may lack a rate to USD, one by one. */
export const CONVERTED_FIGURES = [
  'recognised',
  'billed',
  'credited',
  'bad_debt',
  'cash',
  'fees',
  'refunds',
  'disputes',
] as const;
export type ConvertedFigure = (typeof CONVERTED_FIGURES)[number];

/** What counts at the end of a day or month. */
export interface RevenueStocks {
  readonly mrrUsd: string | null;
  /** The part of MRR whose subscriptions are past due. */
  readonly mrrAtRiskUsd: string | null;
  /** What trials would bring a month; not part of MRR. */
  readonly mrrTrialUsd: string | null;
  /** What subscriptions with a paused collection would bring a month; not part of MRR. */
  readonly mrrPausedUsd: string | null;
  /** Customers with an MRR above 0. */
  readonly payingCustomers: number | null;
  /** Subscriptions that are active or past due. */
  readonly activeSubscriptions: number | null;
  /** Invoiced and not yet earned. */
  readonly deferredUsd: string | null;
}

/** What happened in a day or month. */
export interface RevenueFlows {
  readonly recognisedUsd: string | null;
  /** Finalised invoices without tax. */
  readonly billedUsd: string | null;
  /** Credit notes without tax; positive. */
  readonly creditedUsd: string | null;
  /** Invoices that were given up, without tax; positive. */
  readonly badDebtUsd: string | null;
  /** Charges − refunds − disputes. */
  readonly cashUsd: string | null;
  readonly feesUsd: string | null;
  /** Positive. */
  readonly refundsUsd: string | null;
  /** Withdrawn less what came back when they were won. */
  readonly disputesUsd: string | null;
}

export interface RevenueDayRow extends RevenueStocks, RevenueFlows {
  readonly day: string;
  /** By figure and currency: amounts that have no rate to USD. The figure itself is null then. */
  readonly unconverted: Readonly<Partial<Record<ConvertedFigure, Readonly<Record<string, string>>>>>;
}

/** Null where a day of the month is not known; the running month goes up to its last known day. */
export interface RevenueMonthRow extends RevenueStocks, RevenueFlows {
  readonly month: string;
  /** False for the running month. */
  readonly complete: boolean;
}

/** MRR of one day in one currency. */
export interface MrrCurrencyRow {
  readonly day: string;
  readonly currency: string;
  /** In the currency itself. */
  readonly mrr: string;
  /** USD for one unit on that day; null without a rate. */
  readonly fxRate: string | null;
  readonly mrrUsd: string | null;
}

/** The steps from opening to closing MRR, in the order of a waterfall. */
export const BRIDGE_STEPS = [
  'opening',
  'new',
  'expansion',
  'reactivation',
  'contraction',
  'churn',
  'rate_change',
  'correction',
  'closing',
] as const;
export type BridgeStep = (typeof BRIDGE_STEPS)[number];

/**
 * One bar of the waterfall: `baseUsd` is what it stands on, and one of the three heights above it is not 0. Null where
 * no day of the period is known.
 */
export interface MrrBridgeRow {
  readonly step: BridgeStep;
  /** The amount with its sign: MRR itself for opening and closing, else the change. */
  readonly stepUsd: string | null;
  readonly baseUsd: string | null;
  readonly levelUsd: string | null;
  readonly riseUsd: string | null;
  readonly fallUsd: string | null;
  /** The same in every row: where an axis may begin, so that the steps are not lost beside what they stand on. */
  readonly axisUsd: string | null;
}

const FIGURES = {
  mrrUsd: 'usd',
  mrrAtRiskUsd: 'usd',
  mrrTrialUsd: 'usd',
  mrrPausedUsd: 'usd',
  payingCustomers: 'count',
  activeSubscriptions: 'count',
  recognisedUsd: 'usd',
  billedUsd: 'usd',
  creditedUsd: 'usd',
  badDebtUsd: 'usd',
  deferredUsd: 'usd',
  cashUsd: 'usd',
  feesUsd: 'usd',
  refundsUsd: 'usd',
  disputesUsd: 'usd',
} as const;

export const REVENUE_DATASETS = {
  'revenue-by-day': {
    path: '/metrics/revenue-by-day',
    shape: 'list',
    parameters: ['from', 'to'],
    fields: fields<RevenueDayRow>({ day: 'day', ...FIGURES, unconverted: 'json' }),
  },
  'revenue-by-month': {
    path: '/metrics/revenue-by-month',
    shape: 'list',
    parameters: ['from', 'to'],
    fields: fields<RevenueMonthRow>({ month: 'month', complete: 'boolean', ...FIGURES }),
  },
  'mrr-bridge': {
    path: '/metrics/mrr-bridge',
    shape: 'list',
    parameters: ['from', 'to', 'plan', 'product', 'currency', 'customer'],
    fields: fields<MrrBridgeRow>({
      step: 'text',
      stepUsd: 'usd',
      baseUsd: 'usd',
      levelUsd: 'usd',
      riseUsd: 'usd',
      fallUsd: 'usd',
      axisUsd: 'usd',
    }),
  },
  'mrr-by-currency': {
    path: '/metrics/mrr-by-currency',
    shape: 'list',
    parameters: ['from', 'to'],
    fields: fields<MrrCurrencyRow>({
      day: 'day',
      currency: 'text',
      mrr: 'amount',
      fxRate: 'text',
      mrrUsd: 'usd',
    }),
  },
} as const;
