const PAGE = 8_192n;
const PAGE_HEADERS = [24n, 40n];

/**
 * A position in the write-ahead log (`16/B374D848`) as a number that can be compared. The place where the next record
 * will begin stands behind the header of a page that holds nothing yet, which is no further than the end of the page
 * before.
 */
export function walPosition(text: string): bigint {
  const [, high, low] = /^([0-9A-F]{1,8})\/([0-9A-F]{1,8})$/i.exec(text) ?? [];
  if (high === undefined || low === undefined) throw new Error(`${text} is no position in the write-ahead log`);
  const position = (BigInt(`0x${high}`) << 32n) + BigInt(`0x${low}`);
  const inPage = position % PAGE;
  return PAGE_HEADERS.includes(inPage) ? position - inPage : position;
}

export interface LagMeter {
  /** The primary has written as far as `position` at the time `at` (ms). */
  primaryAt(at: number, position: bigint): void;
  /**
   * How old the oldest position is that a replica has not replayed, in ms; 0 when it has everything that is known of.
   */
  lagMs(now: number, replayed: bigint): number;
}

const MAX_SAMPLES = 1_000;

/**
 * Measures a replica's lag by the local clock: an idle primary causes none, and clocks of two machines are never
 * compared.
 */
export function createLagMeter(): LagMeter {
  let samples: { readonly at: number; readonly position: bigint }[] = [];
  return {
    primaryAt(at, position) {
      const newest = samples.at(-1);
      if (newest !== undefined && position <= newest.position) return;
      samples.push({ at, position });
      // A lag of hours is measured in fewer steps.
      if (samples.length > MAX_SAMPLES)
        samples = samples.filter((_, index) => index % 2 === 0 || index === samples.length - 1);
    },
    lagMs(now, replayed) {
      samples = samples.filter(({ position }) => position > replayed);
      const oldest = samples[0];
      return oldest === undefined ? 0 : Math.max(0, now - oldest.at);
    },
  };
}
