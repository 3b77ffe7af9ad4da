import { expect, test } from 'vitest';
import { createLagMeter, walPosition } from './position.ts';

test('positions compare as numbers, over the halves and over the headers of empty pages', () => {
  expect(walPosition('1/0') > walPosition('0/FFFFFFFF')).toBe(true);
  expect(walPosition('0/3000060') > walPosition('0/3000028')).toBe(true);
  // The next record would begin behind the header of a page that holds nothing: replayed to its start is all there is.
  expect(walPosition('0/3002018')).toBe(walPosition('0/3002000'));
  expect(walPosition('0/4000028')).toBe(walPosition('0/4000000'));
  expect(() => walPosition('16')).toThrow('no position');
  expect(() => walPosition('')).toThrow('no position');
});

test('lag is the age of the oldest position that was not replayed; an idle primary makes none', () => {
  const meter = createLagMeter();
  meter.primaryAt(1_000, 10n);
  expect(meter.lagMs(9_000, 10n)).toBe(0);
  meter.primaryAt(10_000, 20n);
  meter.primaryAt(12_000, 30n);
  meter.primaryAt(13_000, 30n);
  expect(meter.lagMs(15_000, 10n)).toBe(5_000);
  expect(meter.lagMs(15_000, 25n)).toBe(3_000);
  expect(meter.lagMs(15_000, 30n)).toBe(0);
});

test('a lag of any length keeps a bounded number of samples, the oldest among them', () => {
  const meter = createLagMeter();
  for (let step = 1; step <= 100_000; step += 1) meter.primaryAt(step, BigInt(step));
  expect(meter.lagMs(100_001, 0n)).toBe(100_000);
  expect(meter.lagMs(100_001, 99_999n)).toBe(1);
});
