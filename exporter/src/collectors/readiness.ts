import type { Readiness } from './contract.ts';
import { CollectorError, SkipError } from './errors.ts';

/** Throws what a run ends with where the settings cannot work: `SkipError` or `CollectorError`. */
export function requireReady(readiness: Readiness): void {
  if (readiness.outcome === 'skipped') throw new SkipError(readiness.reason, readiness.message);
  if (readiness.outcome === 'failed') throw new CollectorError(readiness.kind, readiness.reason, readiness.message);
}
