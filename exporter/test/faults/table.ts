import type { CollectorName } from '../../src/contract/providers.ts';
import { accessRows } from './rows/access.ts';
import { contentRows } from './rows/content.ts';
import { databaseRows } from './rows/database.ts';
import { processRows } from './rows/process.ts';
import { providerRows } from './rows/providers.ts';
import { timeRows } from './rows/time.ts';
import type { Stage } from './stage.ts';

/** One row of reliability.md. */
export interface FaultRow {
  /** The number in reliability.md. */
  readonly id: number;
  readonly fault: string;
  readonly expected: string;
  /** The collectors that it is tried on here; empty where no provider takes part. */
  readonly on: readonly CollectorName[];
  /** By name; each throws when the exporter does not survive as `expected` says. */
  readonly cases: Readonly<Record<string, (stage: Stage) => Promise<void>>>;
}

/** Every row, in the order of reliability.md. */
export const FAULT_TABLE: readonly FaultRow[] = [
  ...providerRows,
  ...databaseRows,
  ...processRows,
  ...timeRows,
  ...contentRows,
  ...accessRows,
].sort((a, b) => a.id - b.id);
