import { expect, it } from 'vitest';
import type { CounterSeries } from './counters.ts';
import { onePerReplica, replicaLabelIn } from './replicas.ts';

function series(labels: Readonly<Record<string, string>>, ...values: readonly number[]): CounterSeries {
  const samples = values.map((value, index) => ({ time: index * 60_000, value: BigInt(value) }));
  return { labels: { job: 'app', ...labels }, samples, first: 'baseline' };
}

const ada = [
  series({ user_id: 'ada', prometheus_replica: 'a' }, 10, 20, 50),
  series({ user_id: 'ada', prometheus_replica: 'b' }, 10, 20),
];
const bob = series({ user_id: 'bob', prometheus_replica: 'b' }, 1, 2);

it('counts the replica that saw most, and series that only one of them has', () => {
  expect(onePerReplica([...ada, bob], 'prometheus_replica')).toEqual([ada[0], bob]);
});

it('names the label that series differ in alone', () => {
  expect(replicaLabelIn([...ada, bob])).toBe('prometheus_replica');
  expect(replicaLabelIn([bob])).toBeUndefined();
  expect(replicaLabelIn([series({ pod: 'x' }, 1), series({ pod: 'y' }, 1)])).toBeUndefined();
});
