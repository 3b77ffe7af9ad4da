import { format } from 'node:util';
import type { Logger } from 'pino';

/**
 * Libraries write to the console as they please (weaviate-client does on every retry, with the whole error): what
 * they say goes into the log instead, one line each, where secrets are hidden. Returns what puts the console back.
 */
export function consoleToLog(
  log: Logger,
  methods: readonly ('log' | 'info' | 'warn' | 'error' | 'debug')[] = ['log', 'info', 'warn', 'error', 'debug'],
): () => void {
  const before = methods.map((method) => [method, console[method]] as const);
  for (const method of methods) {
    console[method] = (...said: unknown[]) =>
      log[method === 'log' ? 'info' : method]({ from: 'console' }, format(...said).slice(0, LONGEST));
  }
  return () => {
    for (const [method, original] of before) console[method] = original;
  };
}

const LONGEST = 4_000;
