import { timed, timingOf, type Timing } from './measure.ts';

export const CLIENTS = 8;

/** Every one of eight clients does the same work again and again. */
export async function underLoad(work: () => Promise<unknown>, each: number): Promise<Timing> {
  const times = await Promise.all(
    Array.from({ length: CLIENTS }, async () => {
      const own: number[] = [];
      for (let round = 0; round < each; round += 1) own.push(await timed(work));
      return own;
    }),
  );
  return timingOf(times.flat());
}

/**
 * Eight people who reload a board just after something was stored (`forget`): each asks for every path, one after
 * another and each from another one on, so that nothing is cached but what others asked for a moment before. Times by
 * path.
 */
export async function boardsAnew(
  paths: readonly string[],
  get: (path: string) => Promise<unknown>,
  forget: () => Promise<unknown>,
  rounds: number,
): Promise<ReadonlyMap<string, Timing>> {
  const times = new Map<string, number[]>(paths.map((path) => [path, []]));
  for (let round = 0; round < rounds; round += 1) {
    await forget();
    await Promise.all(
      Array.from({ length: CLIENTS }, async (_, client) => {
        for (let turn = 0; turn < paths.length; turn += 1) {
          const path = paths[(client + turn) % paths.length] ?? '';
          times.get(path)?.push(await timed(() => get(path)));
        }
      }),
    );
  }
  return new Map([...times].map(([path, found]) => [path, timingOf(found)]));
}

export async function repeat(work: () => Promise<unknown>, rounds: number): Promise<Timing> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) times.push(await timed(work));
  return timingOf(times);
}
