import type { ApiWarning, Coverage, Envelope, LastSync } from '../../contract/datasets.ts';
import type { CollectorName } from '../../contract/providers.ts';
import { splitByWeight } from '../../money/allocation.ts';
import { sumMicros, type Micros } from '../../money/micros.ts';
import { enabledCollectors, type ApiDeps } from '../deps.ts';
import type { FactsRequest, ProvenanceFacts, SyncState } from './facts.ts';
import { ratio } from '../../money/format.ts';
import type { Period } from './period.ts';
import type { ReadContext } from '../reads/cached-reads.ts';
import { staleFrom, warningsOf } from './warnings.ts';

/** How good the figures of a period are and how far they go: coverage, warnings, the last complete day. */
export interface Provenance extends Omit<Envelope, 'from' | 'to' | 'warnings'> {
  readonly facts: ProvenanceFacts;
  readonly enabled: readonly CollectorName[];
  readonly lastSync: LastSync | null;
  /** Warnings about the period; a feature adds its own. */
  readonly warnings: readonly ApiWarning[];
}

export interface ProvenanceRequest extends FactsRequest {
  /** The figures include revenue: its absence is worth a warning. */
  readonly revenue?: boolean | undefined;
}

/** Reads the provenance of a period. Its staleness warnings limit how long the answer may be cached. */
export async function readProvenance(
  deps: Pick<ApiDeps, 'collectors'>,
  context: ReadContext,
  request: ProvenanceRequest,
): Promise<Provenance> {
  const { now, today } = context;
  const state = await context.syncState();
  const facts: ProvenanceFacts = { ...(await context.periodFacts(request)), ...state };
  const enabled = enabledCollectors(deps);
  const lastCompleteDay = lastCompleteDayOf(deps, state);
  for (const time of staleFrom(state, enabled)) if (time > now) context.expires(time);
  return {
    facts,
    enabled,
    lastCompleteDay,
    asOf: facts.changed_at,
    coverage: coverageOf(facts.costs),
    lastSync: facts.last_sync && {
      startedAt: facts.last_sync.started_at,
      finishedAt: facts.last_sync.finished_at,
      outcome: facts.last_sync.outcome,
    },
    warnings: warningsOf(facts, {
      ...request,
      now,
      today,
      enabled,
      lastCompleteDay,
      settings: deps.collectors.settings(),
    }),
  };
}

/** Reads the rows of a list and their provenance, one after the other on one connection. */
export async function withProvenance<Rows>(
  deps: Pick<ApiDeps, 'collectors'>,
  context: ReadContext,
  request: ProvenanceRequest,
  readRows: () => Promise<Rows>,
): Promise<{ rows: Rows; provenance: Provenance }> {
  const provenance = await readProvenance(deps, context, request);
  return { rows: await readRows(), provenance };
}

/** The last day for which every enabled source is complete. */
export function lastCompleteDayOf(
  deps: Pick<ApiDeps, 'collectors'>,
  { collectors, newest_data_day: anything }: SyncState,
): string | null {
  return lastComplete(
    collectors.map(({ collector, data_day: day }) => ({ collector, day })),
    enabledCollectors(deps),
    anything,
  );
}

export function envelopeOf(period: Period, provenance: Provenance, more: readonly ApiWarning[] = []): Envelope {
  const { asOf, lastCompleteDay, coverage, warnings } = provenance;
  return { from: period.from, to: period.to, asOf, lastCompleteDay, coverage, warnings: [...warnings, ...more] };
}

/**
 * The last day for which every enabled source is complete: the earliest of their newest complete days. A source that
 * has never succeeded has no such day and gets a warning instead. Without any collector (invoices only, demonstration)
 * it is the newest closed day with figures.
 */
function lastComplete(
  newest: readonly { readonly collector: string; readonly day: string | null }[],
  enabled: readonly string[],
  anything: string | null,
): string | null {
  const days = newest.flatMap(({ collector, day }) => (enabled.includes(collector) && day !== null ? [day] : []));
  return days.length === 0 ? anything : days.reduce((a, b) => (a < b ? a : b));
}

/** Shares that add up to exactly 1; with credits in the period, plain quotients. */
export function coverageOf(
  sources: readonly { readonly source: keyof Coverage; readonly amount: Micros }[],
): Coverage | null {
  const total = sumMicros(sources.map((source) => source.amount));
  if (total === 0n) return null;
  const weights = new Map(
    [...Map.groupBy(sources, ({ source }) => source)].map(([source, parts]) => [
      source,
      sumMicros(parts.map(({ amount }) => amount)),
    ]),
  );
  const shares = [...weights.values()].some((amount) => amount < 0n) ? undefined : splitByWeight(1_000_000n, weights);
  const share = (source: keyof Coverage): number =>
    shares === undefined ? (ratio(weights.get(source) ?? 0n, total) ?? 0) : Number(shares.get(source) ?? 0n) / 1e6;
  return {
    invoice: share('invoice'),
    api_invoice: share('api_invoice'),
    api_usage: share('api_usage'),
    fixed: share('fixed'),
    estimate: share('estimate'),
  };
}
