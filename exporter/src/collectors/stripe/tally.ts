import type { Warning } from '../contract.ts';

/** Warnings of one run, one a code: things that a person should know, with how often they came up. */
export interface WarningTally {
  add(code: string, message: string, count?: number): void;
  all(): Warning[];
}

export function createTally(): WarningTally {
  const byCode = new Map<string, Warning>();
  return {
    add(code, message, count = 1) {
      byCode.set(code, { code, message, count: (byCode.get(code)?.count ?? 0) + count });
    },
    all: () => [...byCode.values()],
  };
}
