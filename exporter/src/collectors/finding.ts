import type { Finding, Readiness } from './contract.ts';
import type { CollectorError } from './errors.ts';
import { classifyUnknown } from './retry.ts';

/** What one check of the doctor asks the provider, and what its failure means. */
export interface Probe {
  readonly check: string;
  /** `warning` where the collector works without it, with fewer or less exact figures. */
  readonly onFailure: false | 'warning';
  /** Returns what was found, as a message. */
  readonly read: () => Promise<string>;
  readonly remedyFor: (error: CollectorError) => string;
  /** Which figures need it. */
  readonly use?: string;
}

/** The finding, and the error that it reports where the check failed. */
export interface Probed {
  readonly finding: Finding;
  readonly error?: CollectorError;
}

/** Runs one check. Never throws: whatever fails becomes a finding with its remedy. */
export async function probe({ check, onFailure, read, remedyFor, use }: Probe): Promise<Probed> {
  try {
    return { finding: { check, ok: true, message: await read() } };
  } catch (thrown) {
    const error = classifyUnknown(thrown);
    // The text of a foreign error may quote a secret.
    const cause = thrown !== error && error.kind === 'bug' ? 'the check itself failed' : error.message;
    const message = `${error.reason}: ${cause}${use === undefined ? '' : ` (needed for ${use})`}`;
    return { error, finding: { check, ok: onFailure, message, remedy: remedyFor(error) } };
  }
}

/** The only finding where the settings cannot work, so that nothing is asked; undefined where they can. */
export function findingOfSettings(
  readiness: Readiness,
  check: string,
  remedy: string,
  onSkip: false | 'warning' = false,
): Finding | undefined {
  if (readiness.outcome === 'ready') return undefined;
  const ok = readiness.outcome === 'skipped' ? onSkip : false;
  return { check, ok, message: `${readiness.reason}: ${readiness.message}`, remedy };
}
