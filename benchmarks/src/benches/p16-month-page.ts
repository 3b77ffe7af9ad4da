import type { Bench } from '../harness/bench.ts';
import { runExporter, untilReady } from '../harness/exporter.ts';
import { timed, timingOf, type Timing } from '../harness/measure.ts';
import type { Result } from '../harness/result.ts';

const ROUNDS = 20;

/** The page of the month as a browser gets it: from memory, and made again after something was stored. */
export const p16MonthPage: Bench = {
  ids: ['P16'],
  async run({ history, say }) {
    const made = await history();
    const exporter = await runExporter({ DATABASE_URL: made.database.url });
    try {
      await untilReady(exporter.url);
      const signedIn = await fetch(`${exporter.url}/session`, {
        method: 'POST',
        redirect: 'manual',
        body: new URLSearchParams({ token: await exporter.token('viewer') }),
      });
      const cookie = (signedIn.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
      let bytes = 0;
      const open = async (): Promise<void> => {
        const page = await fetch(`${exporter.url}/`, { headers: { cookie } });
        const text = await page.text();
        if (page.status !== 200 || !text.includes('class="cards"')) throw new Error(`no page: ${page.status}`);
        bytes = Buffer.byteLength(text);
      };
      const first = await timed(open);
      const kept = await repeat(open, async () => undefined);
      const again = await repeat(open, () =>
        made.database.pool.query('UPDATE data_version SET version = gen_random_uuid()'),
      );
      say(
        `P16: first ${first.toFixed(0)} ms, from memory ${kept.p50.toFixed(1)}, made again ${again.p50.toFixed(0)} ms`,
      );
      return [
        resultOf('from memory', kept, 100, `first request of the process ${first.toFixed(0)} ms`),
        resultOf('made again after something was stored', again, 300, `fastest ${again.fastest.toFixed(0)} ms`),
        { ...common('its size'), unit: 'KB', product: bytes / 1000, target: { atMost: 300 } },
      ];
    } finally {
      await exporter.stop();
    }
  },
};

async function repeat(open: () => Promise<void>, before: () => Promise<unknown>): Promise<Timing> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    await before();
    times.push(await timed(open));
  }
  return timingOf(times);
}

function common(what: string): Pick<Result, 'id' | 'what' | 'against'> {
  return { id: 'P16', what: `the page of the month, ${what}`, against: '–' };
}

function resultOf(what: string, timing: Timing, atMost: number, note: string): Result {
  return { ...common(what), unit: 'ms median', product: timing.p50, target: { atMost }, note };
}
