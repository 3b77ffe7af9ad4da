import type { Estimate } from './estimate.ts';
import type { CollectionUsage } from './measure.ts';

/** A reading of the cluster as it is now. */
export interface WeaviateData {
  /** Most objects first. */
  readonly collections: readonly CollectionUsage[];
  /** NULL for a server that one runs oneself: no bill of Weaviate's, so no estimate. */
  readonly estimate: Estimate | null;
  readonly asOf: Date;
  /** The last complete day, and today as provisional. */
  readonly days: readonly { readonly day: string; readonly provisional: boolean }[];
}
