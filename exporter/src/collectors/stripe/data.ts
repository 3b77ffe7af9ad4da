import type { Day } from '../contract.ts';
import type { CashRow } from './balance.ts';
import type { History } from './history.ts';
import type { RevenueLine } from './lines.ts';
import type { MrrSnapshot } from './snapshot.ts';

/** Everything that one run read of Stripe. */
export interface StripeData {
  readonly snapshot: MrrSnapshot;
  readonly today: Day;
  readonly lines: readonly RevenueLine[];
  readonly invoiceIds: readonly string[];
  readonly creditNotesRead: boolean;
  readonly cash: readonly CashRow[];
  readonly invoiceHistory: History;
  readonly cashHistory: History;
  readonly asOf: Date;
}
