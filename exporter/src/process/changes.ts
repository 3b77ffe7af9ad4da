import type { Logger } from 'pino';

/** Something stored has changed: caches and the metrics snapshot are out of date. */
export interface Change {
  readonly kind: 'sync' | 'invoice' | 'budget' | 'price' | 'demo' | 'database' | 'month' | 'inbox';
  /** The days that changed; absent when it is not known or all of them. */
  readonly days?: readonly string[];
}

export type ChangeListener = (change: Change) => void | Promise<void>;

export interface Changes {
  /**
   * Calls every listener; resolves when all have finished, so that the writer can truthfully answer "done". Never
   * rejects.
   */
  emit(change: Change): Promise<void>;
  /** Returns the function that unsubscribes. */
  subscribe(listener: ChangeListener): () => void;
}

export function createChanges(log: Logger): Changes {
  const listeners = new Set<ChangeListener>();
  return {
    async emit(change) {
      const outcomes = await Promise.allSettled([...listeners].map(async (listener) => listener(change)));
      for (const one of outcomes)
        if (one.status === 'rejected')
          log.warn({ err: one.reason, change: change.kind }, 'a listener failed on a change');
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}
