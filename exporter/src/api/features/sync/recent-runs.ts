import type { SyncReport, SyncRunAnswer } from '../../../contract/datasets.ts';

/** Enough for clients that poll a run; a dry run is stored nowhere else. */
const MAX_RUNS = 20;

export interface RecentRuns {
  /** Remembers a run that may outlive its request. */
  add(runId: string, done: Promise<SyncReport>): void;
  find(runId: string): SyncRunAnswer | undefined;
}

export function createRecentRuns(): RecentRuns {
  const runs = new Map<string, SyncReport | undefined>();
  return {
    add(runId, done) {
      runs.set(runId, undefined);
      for (const oldest of [...runs.keys()].slice(0, -MAX_RUNS)) runs.delete(oldest);
      done.then(
        (report) => {
          if (runs.has(runId)) runs.set(runId, report);
        },
        () => runs.delete(runId),
      );
    },
    find(runId) {
      if (!runs.has(runId)) return undefined;
      const report = runs.get(runId);
      return {
        runId,
        outcome: report?.outcome ?? null,
        startedAt: null,
        finishedAt: null,
        collectors: report?.collectors ?? [],
      };
    },
  };
}
