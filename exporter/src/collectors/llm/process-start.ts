import { COUNTER_DIGITS } from '../../money/counter-usage.ts';
import { lastReadingAt, type CounterReader } from './windows.ts';

/** Clocks of a process and of Prometheus may differ by so much. */
export const CLOCKS_MS = 5 * 60_000;

const PER_MS = 10n ** BigInt(COUNTER_DIGITS - 3);

/**
 * When the process of a scrape target began, in milliseconds, by its last reading in `withinMs` before `at`; undefined
 * where it does not say.
 */
export async function processStart(
  { client, context }: CounterReader,
  target: string,
  at: number,
  withinMs: number,
): Promise<number | undefined> {
  const selector = `process_start_time_seconds{${target}}`;
  const [series] = await client.instant(context, ...lastReadingAt(selector, at, withinMs));
  const value = series?.samples[0]?.value;
  return value === undefined ? undefined : Number(value / PER_MS);
}
