import { at, DAY, million, one, own, rising, series, UP, type Samples } from './llm-case-parts.ts';
import type { LlmCase } from './llm-cases.ts';
import type { WrittenSeries } from './prometheus.ts';

const midnight = Date.parse(`${DAY}T00:00:00Z`) / 1000;

function began(...points: readonly (readonly [from: number, to: number, hour: number])[]): WrittenSeries {
  const samples: Samples = points.flatMap(([from, to, hour]) => rising(from, to, midnight + hour * 3600, 0));
  return series('process_start_time_seconds', {}, samples);
}

/** A counter of millions that rises by 480 each half hour. */
function running(from: number, to: number): Samples {
  return rising(from, to, 5_076_000 + (from + 5) * 2 * 480, 480);
}

/** The case without the usual series of its target being up. */
function withoutUp(described: LlmCase): LlmCase {
  return { ...described, series: described.series.filter((one) => one !== UP) };
}

/** Readings that are odd in time or value; each id names one rule of docs/providers/llm.md. */
export const STEP_CASES: readonly LlmCase[] = [
  one(
    'own-step-back',
    'two replicas behind one address: a reading is a little older than the one before; no restart, no 5 million again',
    'default',
    [own({}, [...running(-5, 10), ...at([10.25, 5_076_000 + 29 * 480]), ...running(10.5, 29)])],
    { rows: [{ user: 'ada', prompt: 48 * 480 }], warnings: ['step_back'] },
  ),
  one(
    'own-step-back-of-one-process',
    'the same where the process says that it did not restart',
    'default',
    [own({}, [...running(-5, 10), ...at([10.25, 5_076_000 + 29 * 480]), ...running(10.5, 29)]), began([-5, 29, -100])],
    { rows: [{ user: 'ada', prompt: 48 * 480 }] },
  ),
  one(
    'own-step-back-at-midnight',
    'the first reading of the day is a little below the last one before it',
    'default',
    [own({}, [...running(-5, -0.5), ...at([0, 5_076_000 + 8 * 480]), ...running(0.5, 29)])],
    { rows: [{ user: 'ada', prompt: 48 * 480 }] },
  ),
  one(
    'own-step-back-of-cost',
    'a cost that was corrected downwards by a credit is no restart either',
    'default',
    [
      own({}, million),
      series(
        'llm_cost_usd_total',
        { user_id: 'ada', provider: 'openai', model: 'gpt-4o' },
        at([-1, 100], [8, 102], [9, 101.5], [10, 102.5]),
      ),
    ],
    { rows: [{ user: 'ada', reported: 2_500_000 }] },
  ),
  one(
    'own-flapping-replicas',
    'every second reading is of a replica that lags behind: one counter, no two processes',
    'default',
    [
      own(
        {},
        at(...Array.from({ length: 120 }, (_, i) => [-1 + i / 4, 5_000_000 + 10 * (i % 2 === 1 ? i : i - 3)] as const)),
      ),
    ],
    { rows: [{ user: 'ada', prompt: 960 }], warnings: ['step_back'] },
  ),
  one(
    'own-small-fall-after-a-gap',
    'after four hours without a reading a counter stands a little lower: it began again, and nearly caught up',
    'default',
    [own({}, [...rising(-5, 9.5, 12_000, 100), ...rising(13.5, 29, 14_500, 100)])],
    { rows: [{ user: 'ada', prompt: 20 * 100 + 14_500 + 20 * 100 }] },
  ),
  one(
    'own-small-restart',
    'a process that restarted and soon stands nearly as high: the new process says so',
    'default',
    [own({}, [...rising(-5, 10, 100, 1), ...rising(10.5, 29, 125, 1)]), began([-5, 10, -100], [10.5, 29, 10.2])],
    { rows: [{ user: 'ada', prompt: 21 + 125 + 26 }] },
  ),
  one(
    'own-small-restart-beside-others',
    'one counter falls a little, the others of its target fall far: a restart',
    'default',
    [
      own({}, at([-1, 100], [9, 120], [10, 110], [20, 150])),
      own({ user_id: 'bob' }, at([-1, 9_000], [9, 9_000], [10, 20], [20, 30])),
      own({ user_id: 'eve' }, at([-1, 7_000], [9, 7_000], [10, 10], [20, 10])),
    ],
    {
      rows: [
        { user: 'ada', prompt: 20 + 110 + 40 },
        { user: 'bob', prompt: 30 },
        { user: 'eve', prompt: 10 },
      ],
    },
  ),
  one(
    'own-read-every-six-hours',
    'readings far apart add up to the same',
    'default',
    [own({}, at([-11, 100], [-5, 150], [1, 200], [7, 260], [13, 300], [19, 310], [25, 400]))],
    { rows: [{ user: 'ada', prompt: 160 }] },
  ),
  one(
    'own-nan-at-label-change',
    'NaN in the very scrapes at which labels change',
    'default',
    [
      own({ env: 'stage' }, [...running(-5, 9.5), ...at([10, 'NaN'])]),
      own({ env: 'prod' }, [...at([10.5, 'NaN']), ...running(11, 29)]),
      began([-60, 30, -100]),
    ],
    { rows: [{ user: 'ada', prompt: 48 * 480 }], totalPrompt: 48 * 480 },
  ),
  one(
    'own-target-gone-at-noon',
    'a target that is taken away at noon counts to its last reading',
    'default',
    [
      own({ instance: 'b:1' }, rising(-5, 12, 1_000, 10)),
      series('up', { instance: 'b:1' }, rising(-60, 12, 1, 0)),
      own({ user_id: 'bob' }, rising(-5, 29, 0, 1)),
    ],
    { rows: [{ user: 'ada', prompt: 250 }] },
  ),
  one(
    'own-job-renamed',
    'another name for the job of a process that runs on: counted from its first reading there',
    'default',
    [
      own({}, running(-5, 10)),
      own({ job: 'web' }, running(10.5, 29)),
      series('up', { job: 'web' }, rising(10.5, 30, 1, 0)),
      began([-5, 10, -100]),
      { ...began([10.5, 29, -100]), labels: { job: 'web', instance: 'a:1' } },
    ],
    { rows: [{ user: 'ada', prompt: 47 * 480 }], totalPrompt: 47 * 480 },
  ),
  withoutUp(
    one(
      'own-pushed',
      'counters that are pushed have no up: a user who appears beside others is born',
      'default',
      [own({}, rising(-5, 29, 1_000, 10)), own({ user_id: 'bob' }, rising(10, 29, 70, 10))],
      {
        rows: [
          { user: 'ada', prompt: 48 * 10 },
          { user: 'bob', prompt: 70 + 27 * 10 },
        ],
      },
    ),
  ),
  one(
    'own-back-after-four-days',
    'a user who was away for four days goes on where the counter stood',
    'default',
    [
      own({}, [...at([-100, 500], [-99, 600]), ...rising(9, 29, 640, 10)]),
      own({ user_id: 'bob' }, rising(-30, 29, 0, 1)),
    ],
    { rows: [{ user: 'ada', prompt: 40 + 29 * 10 }] },
  ),
  one(
    'own-bad-in-the-middle',
    'a series that is negative for a while only: left out and named, the others are read',
    'default',
    [own({}, million), own({ user_id: 'bob' }, at([-1, 10], [8, -5], [10, 30]))],
    { rows: [{ user: 'ada', prompt: 1_000_000 }], totalPrompt: 1_000_000, warnings: ['bad_series'] },
  ),
  one(
    'own-bad-before-the-day',
    'a series that was infinite on the day before',
    'default',
    [own({}, million), own({ user_id: 'bob' }, at([-2, '+Inf'], [-1, 10], [10, 30]))],
    {
      rows: [
        { user: 'ada', prompt: 1_000_000 },
        { user: 'bob', prompt: 20 },
      ],
    },
  ),
  one(
    'own-federated',
    'the same series once more, as another server scraped it and passed it on',
    'default',
    [
      own({}, rising(-5, 29, 1_000, 10)),
      own(
        { job: 'federate', instance: 'prometheus:9090', exported_job: 'app', exported_instance: 'a:1' },
        rising(-5, 29, 1_000, 10),
      ),
    ],
    { rows: [{ user: 'ada', prompt: 48 * 10 }], totalPrompt: 48 * 10, warnings: ['ignored_series'] },
  ),
  one(
    'own-clock-ahead',
    'the clock of the process is two minutes ahead of that of Prometheus: it still began in the day',
    'default',
    [
      own({ instance: 'new:1' }, rising(12, 29, 700, 10)),
      series('up', { instance: 'new:1' }, rising(12, 29, 1, 0)),
      series('process_start_time_seconds', { instance: 'new:1' }, rising(12, 29, midnight + 12 * 3600 + 120, 0)),
    ],
    { rows: [{ user: 'ada', prompt: 700 + 23 * 10 }] },
  ),
  one(
    'own-exponents',
    'values as floats are written: 1e+06, 1.5e+06',
    'default',
    [own({}, at([-1, '0.0'], [9, '1e+06'], [10, '1.5e+06']))],
    { rows: [{ user: 'ada', prompt: 1_500_000 }] },
  ),
  one(
    'own-restart-in-the-last-scrape',
    'a restart just before the day ends',
    'default',
    [own({}, [...rising(-5, 23, 1_000, 10), ...at([23.99, 7], [24.5, 900])])],
    { rows: [{ user: 'ada', prompt: 47 * 10 + 7 }] },
  ),
  one(
    'own-many-restarts-of-two-instances',
    'two instances that each restart twice',
    'default',
    ['a:1', 'b:1'].flatMap((instance) => [
      own({ instance }, at([-1, 100], [3, 200], [4, 10], [9, 60], [10, 5], [20, 30])),
      ...(instance === 'a:1' ? [] : [series('up', { instance }, rising(-60, 30, 1, 0))]),
    ]),
    { rows: [{ user: 'ada', prompt: 2 * (100 + 60 + 30) }] },
  ),
  one(
    'own-only-one-reading',
    'a single reading of the day, with one long before it',
    'default',
    [own({}, at([-40, 1_000], [12, 1_250]))],
    { rows: [{ user: 'ada', prompt: 250 }] },
  ),
];
