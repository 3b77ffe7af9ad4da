import type { Estimate } from './estimate.ts';
import type { CollectionUsage } from './measure.ts';

/** A reading of the cluster as it is now. */
export interface WeaviateData {
  /** Those that could be read, most objects first. */
  readonly collections: readonly CollectionUsage[];
  /** Collections that exist and could not be read: the totals of the cluster are not known. */
  readonly unreadable: readonly string[];
  /** Tenants of collections of which none is active; those collections are among the unreadable ones. */
  readonly asleepTenants: number;
  readonly asOf: Date;
  /**
   * The last complete day, and today as provisional, each with the estimate of its month so far: NULL for a server that
   * one runs oneself (no bill of Weaviate's, so no estimate).
   */
  readonly days: readonly { readonly day: string; readonly provisional: boolean; readonly estimate: Estimate | null }[];
}
