import { at, DAY, million, one, own, rising, series } from './llm-case-parts.ts';
import type { LlmCase } from './llm-cases.ts';
import type { WrittenSeries } from './prometheus.ts';

/** When a process began, as it says between two hours of the day. */
function began(...points: readonly (readonly [from: number, to: number, hour: number])[]): WrittenSeries['samples'] {
  const midnight = Date.parse(`${DAY}T00:00:00Z`) / 1000;
  return points.flatMap(([from, to, hour]) => rising(from, to, midnight + hour * 3600, 0));
}

/** Our own cases about how a counter becomes usage; each id names one rule of docs/providers/llm.md. */
export const READ_CASES: readonly LlmCase[] = [
  one(
    'own-label-added',
    'a label that is added to a running counter continues it: 24,000 tokens, not its whole life',
    'default',
    [
      own({}, rising(-5, 10, 5_076_000, 480)),
      own({ env: 'prod' }, rising(10.5, 29, 5_076_000 + 31 * 480, 480)),
      series('process_start_time_seconds', {}, rising(-5, 29, 1_773_000_000, 0)),
    ],
    { rows: [{ user: 'ada', prompt: 48 * 480 }] },
  ),
  one(
    'own-label-added-at-restart',
    'the process restarted: the series under new labels counts from 0',
    'default',
    [
      own({}, rising(-5, 10, 0, 10)),
      own({ env: 'prod' }, rising(10.5, 29, 1_000, 10)),
      series('process_start_time_seconds', {}, [
        ...rising(-5, 10, 1_773_000_000, 0),
        ...rising(10.5, 29, 1_773_486_000, 0),
      ]),
    ],
    { rows: [{ user: 'ada', prompt: 21 * 10 + 1_000 + 26 * 10 }] },
  ),
  one(
    'own-new-user-beside',
    'a user who appears beside another is born, whatever the labels have in common',
    'default',
    [own({}, rising(-5, 29, 1_000, 0)), own({ user_id: 'bob' }, rising(10, 29, 5_000, 0))],
    { rows: [{ user: 'bob', prompt: 5_000 }] },
  ),
  one(
    'own-instance-that-began-today',
    'a new instance whose process began in the day counts from 0',
    'default',
    [
      own({ instance: 'new:1' }, rising(12, 29, 700, 10)),
      series('up', { instance: 'new:1' }, rising(12, 29, 1, 0)),
      series(
        'process_start_time_seconds',
        { instance: 'new:1' },
        rising(12, 29, Date.parse(`${DAY}T11:50:00Z`) / 1000, 0),
      ),
    ],
    { rows: [{ user: 'ada', prompt: 700 + 23 * 10 }] },
  ),
  one(
    'own-instance-of-before',
    'a new target whose process is older: what it counted before is not of the day',
    'default',
    [
      own({ instance: 'old:1' }, rising(12, 29, 700, 10)),
      series('up', { instance: 'old:1' }, rising(12, 29, 1, 0)),
      series('process_start_time_seconds', { instance: 'old:1' }, rising(12, 29, 1_773_000_000, 0)),
    ],
    { rows: [{ user: 'ada', prompt: 23 * 10 }] },
  ),
  one(
    'own-two-workers',
    'two processes answer for one address in turn: no millions out of nothing',
    'default',
    [own({}, at(...Array.from({ length: 48 }, (_, i) => [i / 2 + 0.1, i % 2 === 0 ? 90_000 + i : 10 + i] as const)))],
    { rows: [{ user: 'ada', prompt: 92 }], warnings: ['many_resets'] },
  ),
  one(
    'own-crash-loop',
    'a process that restarts every hour is counted from 0 each time',
    'default',
    [
      series(
        'process_start_time_seconds',
        {},
        at(...Array.from({ length: 48 }, (_, i) => [i / 2 + 0.1, 1_773_000_000 + Math.floor(i / 2)] as const)),
      ),
      own({}, at(...Array.from({ length: 48 }, (_, i) => [i / 2 + 0.1, i % 2 === 0 ? 10 : 20] as const))),
    ],
    { rows: [{ user: 'ada', prompt: 24 * 20 }] },
  ),
  one(
    'own-one-bad-series',
    'a negative counter is left out and named, the others are read',
    'default',
    [own({}, million), own({ user_id: 'bob' }, at([-1, 0], [10, -5]))],
    { rows: [{ user: 'ada', prompt: 1_000_000 }], warnings: ['bad_series'] },
  ),
  one(
    'own-replicas',
    'two servers scraped the same target: series that differ in the replica are named',
    'default',
    [own({ prometheus_replica: 'a' }, million), own({ prometheus_replica: 'b' }, million)],
    { rows: [], warnings: ['replicas'] },
  ),
  one(
    'own-label-value-changed',
    'a scrape configuration that gives a running counter another label value does not count its life again',
    'default',
    [
      own({ env: 'stage' }, rising(-5, 10, 5_076_000, 480)),
      own({ env: 'prod' }, rising(10.5, 29, 5_076_000 + 31 * 480, 480)),
      series('process_start_time_seconds', {}, began([-5, 29, -100])),
    ],
    { rows: [{ user: 'ada', prompt: 48 * 480 }] },
  ),
  one(
    'own-label-removed',
    'the same where a label is taken away',
    'default',
    [own({ env: 'stage' }, rising(-5, 10, 5_076_000, 480)), own({}, rising(10.5, 29, 5_076_000 + 31 * 480, 480))],
    { rows: [{ user: 'ada', prompt: 48 * 480 }] },
  ),
  one(
    'own-label-renamed',
    'the same where a label is given another name',
    'default',
    [
      own({ env: 'prod' }, rising(-5, 10, 5_076_000, 480)),
      own({ environment: 'prod' }, rising(10.5, 29, 5_076_000 + 31 * 480, 480)),
      series('process_start_time_seconds', {}, began([-5, 29, -100])),
    ],
    { rows: [{ user: 'ada', prompt: 48 * 480 }] },
  ),
  one(
    'own-instance-renamed',
    'another name for the address of a process that runs on: counted from its first reading there',
    'default',
    [
      own({}, rising(-5, 10, 5_076_000, 480)),
      own({ instance: 'host:1' }, rising(10.5, 29, 5_076_000 + 31 * 480, 480)),
      series('up', { instance: 'host:1' }, rising(10.5, 30, 1, 0)),
      series('process_start_time_seconds', {}, began([-5, 10, -100])),
      series('process_start_time_seconds', { instance: 'host:1' }, began([10.5, 29, -100])),
    ],
    { rows: [{ user: 'ada', prompt: 47 * 480 }] },
  ),
  one(
    'own-restart-hidden-by-gap',
    'after a gap the counter stands above where it was, but its process began in between',
    'default',
    [
      own({}, [...rising(-5, 9.5, 1_000, 10), ...rising(14, 29, 5_000, 10)]),
      series('process_start_time_seconds', {}, began([-5, 9.5, -100], [14, 29, 10])),
    ],
    { rows: [{ user: 'ada', prompt: 20 * 10 + 5_000 + 19 * 10 }] },
  ),
  one(
    'own-restart-hidden-at-midnight',
    'the same over midnight',
    'default',
    [
      own({}, [...rising(-5, -0.5, 1_000, 10), ...rising(2, 29, 5_000, 10)]),
      series('process_start_time_seconds', {}, began([-5, -0.5, -100], [2, 29, 1])),
    ],
    { rows: [{ user: 'ada', prompt: 5_000 + 43 * 10 }] },
  ),
  one(
    'own-restart-hidden-beside-one-as-before',
    'one counter reaches by chance just where it was; that others fell or are absent shows the restart',
    'default',
    [
      own({}, [...rising(-5, 9.5, 1_000, 10), ...rising(14, 29, 5_000, 10)]),
      own({ user_id: 'bob' }, [...rising(-5, 9.5, 70, 0), ...rising(14, 29, 70, 0)]),
      own({ user_id: 'eve' }, [...rising(-5, 9.5, 9_000, 0), ...rising(14, 29, 100, 0)]),
      own({ user_id: 'dan' }, rising(-5, 9.5, 9_000, 0)),
      series('process_start_time_seconds', {}, began([-5, 9.5, -100], [14, 29, 10])),
    ],
    {
      rows: [
        { user: 'ada', prompt: 20 * 10 + 5_000 + 19 * 10 },
        { user: 'bob', prompt: 70 },
        { user: 'eve', prompt: 100 },
      ],
    },
  ),
  one(
    'own-restart-that-lost-nothing',
    'a gateway that keeps what was pushed to it restarts: most series stand as they stood, none counts again',
    'default',
    [
      own({}, [...rising(-5, 9.5, 1_000, 10), ...rising(14, 29, 5_000, 10)]),
      own({ user_id: 'bob' }, [...rising(-5, 9.5, 70, 0), ...rising(14, 29, 70, 0)]),
      own({ user_id: 'eve' }, [...rising(-5, 9.5, 90, 0), ...rising(14, 29, 90, 0)]),
      series('process_start_time_seconds', {}, began([-5, 9.5, -100], [14, 29, 10])),
    ],
    { rows: [{ user: 'ada', prompt: 20 * 10 + (5_000 - 1_290) + 19 * 10 }] },
  ),
  one(
    'own-restart-seen',
    'a restart that the counter shows is counted once',
    'default',
    [
      own({}, [...rising(-5, 9.5, 1_000, 10), ...rising(14, 29, 500, 10)]),
      series('process_start_time_seconds', {}, began([-5, 9.5, -100], [14, 29, 10])),
    ],
    { rows: [{ user: 'ada', prompt: 20 * 10 + 500 + 19 * 10 }] },
  ),
  one(
    'own-series-that-ended-before-restart',
    'a series that ended before the restart, and one that stands still over it, count nothing more',
    'default',
    [
      own({}, rising(-5, 9.5, 1_000, 10)),
      own({ user_id: 'bob' }, rising(-5, 29, 7, 0)),
      series('process_start_time_seconds', {}, began([-5, 9.5, -100], [14, 29, 10])),
    ],
    { rows: [{ user: 'ada', prompt: 20 * 10 }] },
  ),
  one(
    'own-address-scraped-twice',
    'two jobs scrape one address: named, since everything counts twice',
    'default',
    [
      own({}, rising(-5, 29, 1_000, 10)),
      own({ job: 'app2' }, rising(-5, 29, 1_000, 10)),
      series('up', { job: 'app2' }, rising(-60, 30, 1, 0)),
    ],
    { rows: [], warnings: ['replicas'] },
  ),
  one(
    'own-two-servers',
    'series of two Prometheus servers of one operator',
    'default',
    [own({ prometheus: 'a/b' }, rising(-5, 29, 1_000, 10)), own({ prometheus: 'c/d' }, rising(-5, 29, 1_000, 10))],
    { rows: [], warnings: ['replicas'] },
  ),
  one(
    'own-nan',
    'NaN is no reading, and hides no drop',
    'default',
    [own({}, at([-1, 100], [1, 'NaN'], [2, 150], [3, 'NaN'], [4, 20], [20, 'NaN']))],
    { rows: [{ user: 'ada', prompt: 70 }] },
  ),
  one(
    'own-born-at-midnight',
    'a series that is born at midnight counts from 0',
    'default',
    [own({ user_id: 'bob' }, rising(-5, 29, 5, 0)), own({}, rising(0, 29, 300, 10))],
    { rows: [{ user: 'ada', prompt: 300 + 47 * 10 }] },
  ),
  one(
    'own-outage-over-midnight',
    'after an outage usage belongs to the day on which it is seen',
    'default',
    [own({}, at([-50, 1_000], [12, 1_500], [20, 1_700]))],
    { rows: [{ user: 'ada', prompt: 700 }] },
  ),
  one(
    'own-three-workers',
    'three processes behind one address: each from its first reading, also where the lowest comes first',
    'default',
    [
      own(
        {},
        at(...Array.from({ length: 90 }, (_, i) => [-1 + i / 4, ([10, 50_000, 900_000].at(i % 3) ?? 0) + i] as const)),
      ),
    ],
    { rows: [{ user: 'ada', prompt: 3 * 84 }], warnings: ['many_resets'] },
  ),
  one(
    'own-odd-names',
    'names with quotes, braces and spaces',
    'default',
    [own({ user_id: 'a"b\\c{d}=~é😀' }, million), own({ user_id: ' spaced ' }, million)],
    {
      rows: [
        { user: 'a"b\\c{d}=~é😀', prompt: 1_000_000 },
        { user: 'spaced', prompt: 1_000_000 },
      ],
    },
  ),
  one(
    'own-fractions',
    'fractions add up exactly and are rounded once',
    'default',
    [own({}, at([-1, 1000.5], [10, 1001.25], [12, 1001.25], [15, 1003]))],
    { rows: [{ user: 'ada', prompt: 3 }] },
  ),
];
