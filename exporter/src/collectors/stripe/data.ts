import type { Day } from '../contract.ts';
import type { Progress } from '../progress.ts';
import type { MrrSnapshot } from './snapshot.ts';

/** What one run knows at its end; MRR and history were stored on the way. */
export interface StripeData {
  readonly snapshot: MrrSnapshot;
  readonly today: Day;
  readonly progress: Progress;
}
