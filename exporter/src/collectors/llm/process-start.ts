import { COUNTER_DIGITS } from '../../money/counter-usage.ts';
import type { CounterReader } from './windows.ts';

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
  const query = `last_over_time(process_start_time_seconds{${target}}[${withinMs}ms])`;
  const [series] = await client.instant(context, query, at);
  const value = series?.samples[0]?.value;
  return value === undefined ? undefined : Number(value / PER_MS);
}
