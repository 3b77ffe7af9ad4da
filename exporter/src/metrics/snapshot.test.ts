import { describe, expect, it } from 'vitest';
import { MAX_SERIES } from '../contract/metrics.ts';
import { renderSnapshot } from './snapshot.ts';

const NOW = new Date('2026-03-15T12:00:00Z');
const cost = (value: number, provider = 'twilio') => ({
  name: 'cost_day_usd',
  labels: { provider, component: 'all' },
  value,
});

describe('renderSnapshot', () => {
  it('renders gauges with their help and labels', async () => {
    const { text } = await renderSnapshot([cost(1.25)], NOW);
    expect(text).toContain(
      '# TYPE marginboard_cost_day_usd gauge\nmarginboard_cost_day_usd{provider="twilio",component="all"} 1.25\n',
    );
  });

  it('keeps a true zero, and leaves out what is not a number', async () => {
    const { text, dropped } = await renderSnapshot(
      [cost(0, 'a'), cost(Number.NaN, 'b'), cost(Number.POSITIVE_INFINITY, 'c')],
      NOW,
    );
    expect(text).toContain('provider="a",component="all"} 0');
    expect(text).not.toContain('provider="b"');
    expect(dropped).toHaveLength(2);
  });

  it.each([
    ['an undefined metric', { name: 'made_up', labels: {}, value: 1 }],
    ['a missing label', { name: 'cost_day_usd', labels: { provider: 'x' }, value: 1 }],
    [
      'an unknown label',
      { name: 'cost_day_usd', labels: { provider: 'x', component: 'all', customer: 'y' }, value: 1 },
    ],
    ['a counter', { name: 'collector_runs_total', labels: { collector: 'llm' }, value: 1 }],
  ])('leaves out %s and keeps the rest of the page', async (_what, sample) => {
    const { text, dropped } = await renderSnapshot([sample, cost(2)], NOW);
    expect(text).toContain(' 2\n');
    expect(dropped).toHaveLength(1);
  });

  it('never states one series twice', async () => {
    const { text, dropped } = await renderSnapshot([cost(1), cost(2)], NOW);
    expect(text).toContain(' 1\n');
    expect(text).not.toContain(' 2\n');
    expect(dropped).toEqual(['cost_day_usd: the same labels twice']);
  });

  it('stays within its series, whatever comes', async () => {
    const samples = Array.from({ length: 10_000 }, (_, index) => cost(index, `vendor-${index}`));
    expect((await renderSnapshot(samples, NOW)).series).toBe(MAX_SERIES);
  });

  it('escapes and shortens odd names, so that the page still parses', async () => {
    const odd = ['quo"te', 'new\nline', 'com,ma|pipe', 'emo😀ji', 'back\\slash', 'x'.repeat(10_000)];
    const { text, dropped } = await renderSnapshot(
      odd.map((name, index) => cost(index, name)),
      NOW,
    );
    expect(dropped).toEqual([]);
    const lines = text
      .trim()
      .split('\n')
      .filter((line) => !line.startsWith('#'));
    expect(lines).toHaveLength(odd.length);
    for (const line of lines)
      expect(line).toMatch(/^marginboard_cost_day_usd\{provider="(?:[^"\\]|\\.)*",component="all"\} \d$/);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(250);
  });
});
