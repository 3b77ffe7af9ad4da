import type { Micros } from '../../money/micros.ts';
import type { MonthToDateReading } from '../../money/month-to-date.ts';
import type { Day } from '../contract.ts';
import type { Parts } from './split.ts';

/** What one day cost: by product from insights, or as a whole from two month-to-date readings. */
export type DayCost = { readonly day: Day; readonly parts: Parts } | { readonly day: Day; readonly total: Micros };

/** A `month_to_date_usage` with the moment that DigitalOcean says it stands for. */
export interface Reading extends MonthToDateReading {
  readonly at: Date;
}

/** The issued invoices of one closed month, added up. */
export interface InvoicedMonth {
  /** First day of the month. */
  readonly month: Day;
  /** What the list of invoices says of them, tax included: a change of it means another invoice. */
  readonly listed: Micros;
  /** What counts as cost: everything but tax, credits (negative) included. */
  readonly cost: Micros;
  readonly tax: Micros;
  readonly credits: Micros;
  readonly invoices: number;
}

/** What exists at the time of the run; null where it could not be read. */
export interface Resources {
  readonly apps: number | null;
  readonly databases: number | null;
  readonly registries: number | null;
  readonly buckets: number | null;
  readonly registryStorageBytes: number | null;
  /** `none`, the state of a running collection, or null when it was not looked at. */
  readonly garbageCollection: string | null;
}

export interface DigitalOceanData {
  readonly today: Day;
  /** The usage is that of several teams, the invoices would be those of one. */
  readonly isTeamGroup: boolean;
  /** Every day whose usage is known now, oldest first. */
  readonly costs: readonly DayCost[];
  readonly invoices: readonly InvoicedMonth[];
  readonly reading: Reading | null;
  readonly resources: Resources;
}
