import { describe, expect, it } from 'vitest';
import { dryRunContext } from '../../../test/collect-context.ts';
import { hasPrometheus, startPrometheus, type WrittenSeries } from '../../../test/providers/prometheus.ts';
import { llmSettings } from '../../../test/providers/llm-settings.ts';
import { addDays, daysOf } from '../../money/days.ts';
import { parseCounter, usageByDay } from '../../money/counter-usage.ts';
import { createPrometheusClient } from './client.ts';
import { readCounter } from './counters.ts';
import { keyOf } from './mapping.ts';
import { createTargetHistory } from './targets.ts';

const START = '2026-03-01';
const DAYS = 6;

/** A small generator with a seed: the same series on every run. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

/** Series of one process that restarts now and then: all of them drop at once, as do some on their own. */
function writeSeries(count: number): WrittenSeries[] {
  const next = random(7);
  const restarts = Array.from(
    { length: 5 },
    () => Date.parse(`${START}T00:00:00Z`) + Math.floor(next() * DAYS * 86_400_000),
  );
  return Array.from({ length: count }, (_, index) => {
    const samples: [number, number][] = [];
    const bornAt = next() < 0.7 ? -Infinity : Date.parse(`${START}T00:00:00Z`) + next() * DAYS * 86_400_000;
    let value = Math.floor(next() * 1000);
    let last = 0;
    for (
      let time = Date.parse(`${addDays(START, -1)}T00:00:00Z`);
      time < Date.parse(`${addDays(START, DAYS)}T00:00:00Z`);
      time += 5 * 60_000
    ) {
      if (restarts.some((at) => last < at && at <= time) || next() < 0.0005) value = 0;
      if (next() < 0.3) value += Math.floor(next() * 50);
      last = time;
      // Scrapes fail now and then; some series are silent for hours.
      if (time >= bornAt && next() > 0.02 && !(index % 7 === 0 && Math.floor(time / 36_000_000) % 2 === 0))
        samples.push([time, value]);
    }
    return { metric: 'tokens_total', labels: { job: 'app', instance: 'a', user: `user-${index}` }, samples };
  }).filter(({ samples }) => samples.length > 0);
}

describe.skipIf(!hasPrometheus)('a counter of many series that restart', () => {
  it.each([8, 60])(
    '%i series: the readings that are asked for tell exactly what all raw samples tell',
    async (count) => {
      const written = writeSeries(count);
      const prometheus = await startPrometheus(written);
      try {
        const context = dryRunContext(
          { query: () => Promise.reject(new Error('no database here')) },
          '2026-03-20T00:00:00Z',
        );
        const client = createPrometheusClient(llmSettings(prometheus.url), prometheus.url);
        const reader = { context, client, targets: createTargetHistory(context, client) };
        const days = daysOf(START, addDays(START, DAYS));
        const windows = days.map((day) => ({
          from: Date.parse(`${day}T00:00:00Z`),
          to: Date.parse(`${addDays(day, 1)}T00:00:00Z`) - 1,
        }));
        const read = await readCounter(reader, { fields: ['input'], metric: 'tokens_total' }, windows);
        expect(read).toHaveLength(written.length);
        const actual = new Map(read.map((series) => [keyOf(series.labels), usageByDay(series.samples, series.first)]));
        const before = Date.parse(`${START}T00:00:00Z`);
        for (const { labels, samples } of written) {
          const raw = samples.map(([time, value]) => ({ time: Number(time), value: parseCounter(String(value)) }));
          const expected = usageByDay(raw, Number(samples[0]?.[0]) < before ? 'baseline' : 'counts');
          for (const day of days)
            expect(actual.get(keyOf(labels))?.get(day) ?? 0n, `${labels.user} on ${day}`).toBe(expected.get(day) ?? 0n);
        }
        // Far fewer than reading every sample; the drops of one moment are found by halving.
        expect(context.codes.length).toBeLessThan(400);
      } finally {
        await prometheus.close();
      }
    },
  );
});
