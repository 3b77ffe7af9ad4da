import type { Micros } from '../../money/micros.ts';
import type { Sample } from '../contract.ts';
import type { LlmField } from './mapping.ts';

/** Usage of one user with one model on one UTC day. Tokens: `prompt` includes the cache. */
export interface LlmRow {
  readonly user: string;
  readonly provider: string;
  readonly model: string;
  readonly prompt: number;
  readonly completion: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly requests: number;
  readonly errors: number;
  /** Parts of the counts above, as in `TokenCounts`; absent where the source does not tell them apart. */
  readonly cacheWrite1h?: number;
  readonly audioPrompt?: number;
  readonly audioCompletion?: number;
  readonly gatewayPrompt?: number;
  readonly gatewayCompletion?: number;
  /** Tokens that the reported cost does not cover, on an instance or in hours that reported none. */
  readonly unreported?: number;
  /** What the source says it cost; undefined where it says nothing. */
  readonly reported: Micros | undefined;
  /** What it cost by the prices of that day; undefined where the model has no price. */
  readonly computed: Micros | undefined;
  /** Prometheus' history of it begins inside this day: the row may lack what was used before, and lowers nothing. */
  readonly partial: boolean;
}

/**
 * Rows of a day, each key once: an array in any order, or columns that come in the order of user, provider and model.
 */
export interface LlmRows extends Iterable<LlmRow> {
  readonly length: number;
}

export interface LlmDay {
  readonly day: string;
  /** The running day, or one that Prometheus had not seen the end of. */
  readonly provisional: boolean;
  /** The figures that the source has at all; the others are unknown, not 0. */
  readonly fields: ReadonlySet<LlmField>;
  readonly rows: LlmRows;
  /** Models whose counters stood still all day: a real zero. */
  readonly idle: readonly { readonly provider: string; readonly model: string }[];
  /** What caches saved, of the models that tokens of a cache were used of; undefined without a price. */
  readonly savings?: readonly {
    readonly provider: string;
    readonly model: string;
    readonly saved: Micros | undefined;
  }[];
}

export interface LlmData {
  readonly days: readonly LlmDay[];
  /** What the run stored while it read; `days` are the others. */
  readonly stored?: StoredUsage;
}

export interface StoredUsage {
  /** The gauges of the target day. */
  readonly samples: readonly Sample[];
  /** The last of the stored days that had ended; the running totals are brought up to it at the end of the run. */
  readonly complete: string | undefined;
}

/** The cost that counts: as reported, else as computed. */
export function costOf(row: Pick<LlmRow, 'reported' | 'computed'>): Micros | undefined {
  return row.reported ?? row.computed;
}

/**
 * Tokens that no price covers. Of an answered request without tokens nobody knows how many it took: it counts as one,
 * so that no total takes its cost for 0.
 */
export function unpricedTokens(row: LlmRow): number {
  if (costOf(row) !== undefined) return row.unreported ?? 0;
  const tokens = row.prompt + row.completion;
  return Math.max(0, tokens > 0 ? tokens - gatewayTokens(row) : row.requests - row.errors);
}

/** Tokens that a gateway answered from its own cache. */
export function gatewayTokens(row: Pick<LlmRow, 'gatewayPrompt' | 'gatewayCompletion'>): number {
  return (row.gatewayPrompt ?? 0) + (row.gatewayCompletion ?? 0);
}
