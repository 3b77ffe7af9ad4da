/** What went by a counting proxy while something was done, and how long that took. */
export interface Stretch {
  readonly packets: number;
  readonly ms: number;
}

export async function stretchOf(sent: () => number, during: () => Promise<unknown>): Promise<Stretch> {
  const [before, start] = [sent(), performance.now()];
  await during();
  return { packets: sent() - before, ms: performance.now() - start };
}

/**
 * Packets of `busy` beyond what the same time would have brought anyway, by the rate of `idle`; never below 0. The
 * exporter polls its database by the clock, so that on a slow machine, where the last scrape ends long after the
 * stretch should, a longer stretch has more packets although no scrape asked for anything.
 */
export function packetsCausedBy(busy: Stretch, idle: Stretch): number {
  return Math.max(0, Math.round(busy.packets - (idle.packets * busy.ms) / idle.ms));
}
