import type { EncodedAnswer } from '../http/encoded.ts';

/** An answer and how long it holds. */
export interface CachedResponse extends EncodedAnswer {
  /** Of the data that it was made from; see `DataVersion`. */
  readonly version: string;
  readonly stamp: string;
  readonly day: string;
  /** In ms of the database's clock; from then on the same data would be answered otherwise. */
  readonly until: number;
  /** `performance.now()` when it was made. */
  readonly madeAt: number;
}

export interface AnswerCache {
  get(key: string): CachedResponse | undefined;
  set(key: string, answer: CachedResponse): void;
  /** What it holds, in bytes. */
  size(): number;
}

/** Map entry, object and buffers besides their content, roughly. */
const OVERHEAD = 600;

/** At most `budget` bytes; what was asked for least recently goes first. An answer of more than an eighth of it is not kept. */
export function createResponseCache(budget: number): AnswerCache {
  const answers = new Map<string, CachedResponse>();
  let bytes = 0;

  const drop = (key: string): void => {
    const answer = answers.get(key);
    if (answer === undefined) return;
    bytes -= sizeOf(key, answer);
    answers.delete(key);
  };

  return {
    get(key) {
      const answer = answers.get(key);
      if (answer === undefined) return undefined;
      // A map keeps the order of insertion: the newest use goes to its end.
      answers.delete(key);
      answers.set(key, answer);
      return answer;
    },
    set(key, answer) {
      drop(key);
      const size = sizeOf(key, answer);
      if (size > budget / 8) return;
      answers.set(key, answer);
      bytes += size;
      for (const oldest of answers.keys()) {
        if (bytes <= budget) return;
        drop(oldest);
      }
    },
    size: () => bytes,
  };
}

function sizeOf(key: string, { body, gzip }: CachedResponse): number {
  return OVERHEAD + 2 * key.length + body.length + (gzip?.length ?? 0);
}
