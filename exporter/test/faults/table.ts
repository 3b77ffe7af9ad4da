import type { CollectorName } from '../../src/contract/providers.ts';
import { contentRows } from './rows/content.ts';
import { databaseLostRows } from './rows/database-lost.ts';
import { databaseRefusingRows } from './rows/database-refusing.ts';
import { entryRows } from './rows/entries.ts';
import { environmentRows } from './rows/environment.ts';
import { processRows } from './rows/process.ts';
import { providerPayloadRows } from './rows/provider-payloads.ts';
import { providerRunRows } from './rows/provider-runs.ts';
import { providerTransportRows } from './rows/provider-transport.ts';
import { secretRows } from './rows/secrets.ts';
import { timeRows } from './rows/time.ts';
import { tokenRows } from './rows/tokens.ts';
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
  ...providerTransportRows,
  ...providerPayloadRows,
  ...providerRunRows,
  ...databaseLostRows,
  ...databaseRefusingRows,
  ...processRows,
  ...timeRows,
  ...contentRows,
  ...tokenRows,
  ...secretRows,
  ...environmentRows,
  ...entryRows,
].sort((a, b) => a.id - b.id);
