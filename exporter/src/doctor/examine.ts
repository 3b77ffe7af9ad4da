import type { CollectContext, Collector, Finding } from '../collectors/contract.ts';
import { CollectorError } from '../collectors/errors.ts';
import { classifyUnknown } from '../collectors/retry.ts';
import { PROVIDERS, type CollectorName } from '../contract/providers.ts';
import { startDeadline, untilAborted } from '../process/deadline.ts';

/** `ok` would run, `warning` would run with something missing, `skipped` would not try, `broken` would fail. */
export type ProviderState = 'ok' | 'warning' | 'skipped' | 'broken';

export interface ProviderReport {
  readonly collector: CollectorName;
  readonly title: string;
  readonly state: ProviderState;
  /** The reason of the skip or failure that a run would end with. */
  readonly reason: string | null;
  readonly message: string | null;
  readonly findings: readonly Finding[];
}

/** Longest look at one provider, in milliseconds. */
const TIMEOUT_MS = 45_000;

/**
 * What a run of this collector would end with, and why: its settings first, then what the provider lets the key do.
 * Never throws.
 */
export async function examineProvider(
  collector: Collector,
  context: CollectContext,
  timeoutMs = TIMEOUT_MS,
): Promise<ProviderReport> {
  const base = { collector: collector.name, title: PROVIDERS[collector.name].title, findings: [] };
  try {
    const ready = collector.configured();
    if (ready.outcome === 'skipped') return { ...base, state: 'skipped', reason: ready.reason, message: ready.message };
    if (ready.outcome === 'failed') return { ...base, state: 'broken', reason: ready.reason, message: ready.message };
    const findings = await diagnoseWithin(collector, context, timeoutMs);
    return {
      ...base,
      findings,
      state: stateOf(findings),
      reason: null,
      message: findings.length === 0 ? 'configured' : null,
    };
  } catch (thrown) {
    const { reason, message } = classifyUnknown(thrown);
    return { ...base, state: 'broken', reason, message };
  }
}

async function diagnoseWithin(
  collector: Collector,
  context: CollectContext,
  timeoutMs: number,
): Promise<readonly Finding[]> {
  const late = () => new CollectorError('timeout', 'timeout', `no answer within ${timeoutMs / 1000} s`);
  const { signal, clear } = startDeadline(timeoutMs, late, context.signal);
  try {
    return await untilAborted(signal, () => collector.diagnose({ ...context, signal }));
  } finally {
    clear();
  }
}

function stateOf(findings: readonly Finding[]): ProviderState {
  if (findings.some(({ ok }) => ok === false)) return 'broken';
  return findings.some(({ ok }) => ok === 'warning') ? 'warning' : 'ok';
}
