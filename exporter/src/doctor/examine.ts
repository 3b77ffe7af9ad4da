import type { CollectContext, Collector, Finding } from '../collectors/contract.ts';
import { remedyOfCause, symptomOf } from '../collectors/causes.ts';
import { CollectorError, SkipError } from '../collectors/errors.ts';
import { classifyUnknown } from '../collectors/retry.ts';
import type { ProviderState } from '../contract/doctor.ts';
import { PROVIDERS, type CollectorName } from '../contract/providers.ts';
import { startDeadline, untilAborted } from '../process/deadline.ts';

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
/** As long as a run may take for reading one provider. */
const RUN_TIMEOUT_MS = 120_000;

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
    const looked = await diagnoseWithin(collector, context, timeoutMs);
    const run = await readAsRun(collector, context);
    const findings = judged(looked, run);
    return {
      ...base,
      findings,
      state: stateOf(findings),
      reason: run.failure?.reason ?? null,
      message: findings.length === 0 ? 'configured' : null,
    };
  } catch (thrown) {
    const { reason, message } = classifyUnknown(thrown);
    return { ...base, state: 'broken', reason, message };
  }
}

/**
 * The checks say what a key may do and how to mend it, the reading whether a run would fail: a check that fails where
 * the run goes on without its part (one scope, one table) is a warning.
 */
function judged(looked: readonly Finding[], run: ReadAsRun): Finding[] {
  if (run.failure === undefined)
    return [
      ...looked.map((finding) =>
        run.isRead && finding.ok === false ? { ...finding, ok: 'warning' as const } : finding,
      ),
      ...run.findings,
    ];
  // The check has the better remedy for the same failure.
  const isSaid = looked.some(({ ok, message }) => ok === false && message.includes(run.failure?.message ?? ''));
  return isSaid ? [...looked] : [...looked, ...run.findings];
}

/** The checks one by one. Where they cannot be made, that is a finding, and the reading decides. */
async function diagnoseWithin(
  collector: Collector,
  context: CollectContext,
  timeoutMs: number,
): Promise<readonly Finding[]> {
  const late = () => new CollectorError('timeout', 'timeout', `no answer within ${timeoutMs / 1000} s`);
  const { signal, clear } = startDeadline(timeoutMs, late, context.signal);
  try {
    return await untilAborted(signal, () => collector.diagnose({ ...context, signal }));
  } catch (thrown) {
    const { reason, message } = classifyUnknown(thrown);
    return [{ check: 'look at the rights of the key', ok: false, message: `${reason}: ${message}` }];
  } finally {
    clear();
  }
}

interface ReadAsRun {
  /** Whether the provider was read to the end. */
  readonly isRead: boolean;
  readonly findings: readonly Finding[];
  /** Why a run would fail. */
  readonly failure?: CollectorError;
}

/**
 * Reads what the next run would read, and stores nothing: checks one by one cannot find what only the whole shows (a bad
 * page far down a list, a share of the rows, a budget that is too short).
 */
async function readAsRun(collector: Collector, context: CollectContext): Promise<ReadAsRun> {
  const check = 'read what a run reads';
  const late = () => new CollectorError('timeout', 'timeout', `no end within ${RUN_TIMEOUT_MS / 1000} s`);
  const { signal, clear } = startDeadline(RUN_TIMEOUT_MS, late, context.signal);
  try {
    const { warnings } = await untilAborted(signal, () => collector.collect({ ...context, signal }));
    const findings = [
      { check, ok: true, message: warnings.length === 0 ? 'everything' : 'everything, with the warnings below' },
      ...warnings.map(({ code, message }) => ({ check: `a run warns ${code}`, ok: 'warning' as const, message })),
    ];
    return { isRead: true, findings };
  } catch (thrown) {
    if (thrown instanceof SkipError)
      return { isRead: true, findings: [{ check, ok: 'warning', message: `skipped: ${thrown.message}` }] };
    const error = classifyUnknown(thrown);
    // Without a running database nothing that an earlier run stored can be looked up.
    if (error.kind === 'storage') return { isRead: false, findings: [] };
    const { title } = PROVIDERS[collector.name];
    const remedy =
      remedyOfCause(symptomOf(error, title)) ?? 'npm run sync -- --dry-run --log-level debug shows every request';
    const finding = { check, ok: false, message: `${error.reason}: ${error.message}`, remedy };
    return { isRead: false, findings: [finding], failure: error };
  } finally {
    clear();
  }
}

function stateOf(findings: readonly Finding[]): ProviderState {
  if (findings.some(({ ok }) => ok === false)) return 'broken';
  return findings.some(({ ok }) => ok === 'warning') ? 'warning' : 'ok';
}
