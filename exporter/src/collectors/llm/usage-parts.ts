import { performance } from 'node:perf_hooks';
import type { CollectContext, Day, Sample } from '../contract.ts';
import type { LlmData, LlmDay } from './data.ts';
import { llmSamples } from './samples.ts';
import { storeUsagePart } from './store.ts';

/** The days of a run, as they become whole. */
export interface UsageParts {
  /**
   * Takes the days that were found among those that were read, and stores them at once: they stay although the rest of
   * the run fails, and take no memory while it reads on. Where nothing can be stored yet (a dry run) it keeps them.
   */
  add(read: readonly Day[], found: readonly LlmDay[]): Promise<void>;
  data(): LlmData;
  /** Days and rows that were found. */
  counts(): { readonly days: number; readonly rows: number };
  /** How long storing took so far: that is no time of reading. */
  storingMs(): number;
}

export function createUsageParts({ checkpoint, day }: Pick<CollectContext, 'checkpoint' | 'day'>): UsageParts {
  const kept: LlmDay[] = [];
  let [days, rows, storing] = [0, 0, 0];
  let samples: readonly Sample[] = [];
  let complete: Day | undefined;
  return {
    async add(read, found) {
      if (found.length === 0) return;
      days += found.length;
      rows += found.reduce((sum, one) => sum + one.rows.length, 0);
      if (checkpoint === undefined) {
        kept.push(...found);
        return;
      }
      const isTarget = read.includes(day);
      if (isTarget) samples = llmSamples(found.find((one) => one.day === day));
      const started = performance.now();
      await checkpoint(async (tx) => ({
        rows: await storeUsagePart(tx, { days: found }),
        days: read,
        ...(isTarget && { samples }),
      }));
      storing += performance.now() - started;
      for (const one of found) if (!one.provisional && one.day > (complete ?? '')) complete = one.day;
    },
    data: () =>
      checkpoint === undefined
        ? { days: kept.toSorted((a, b) => (a.day < b.day ? -1 : 1)) }
        : { days: [], stored: { samples, complete } },
    counts: () => ({ days, rows }),
    storingMs: () => storing,
  };
}
