import type { History } from '../workload/history.ts';
import type { Server } from './database.ts';
import type { Options } from './options.ts';
import type { Result } from './result.ts';

export interface BenchContext {
  readonly options: Options;
  readonly server: Server;
  /** The seeded usage history, made when it is first asked for and shared. */
  history(): Promise<History>;
  /** For a person who waits; on standard error. */
  say(message: string): void;
  /** Markdown to stand below the table of results. */
  append(markdown: string): void;
}

export interface Bench {
  /** The rows of benchmarks/NOTES.md that it measures. */
  readonly ids: readonly string[];
  /** Checks first, then times. Throws where an answer is wrong, and `CannotMeasure` where something is missing here. */
  run(context: BenchContext): Promise<Result[]>;
}

/** Something that this machine or this build does not have; the report says so. */
export class CannotMeasure extends Error {}
