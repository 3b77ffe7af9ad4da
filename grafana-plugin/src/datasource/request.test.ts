import { describe, expect, it } from 'vitest';
import { daysOfRange } from './days.ts';
import { addressOf, daysOf, SeveralValuesError } from './request.ts';

const at = (iso: string): number => Date.parse(iso);
const clock = {
  fromMs: at('2026-03-01T10:00:00Z'),
  toMs: at('2026-03-10T09:00:00Z'),
  nowMs: at('2026-03-31T23:30:00Z'),
};
const same = (value: string): string => value;

describe('daysOf', () => {
  it.each([
    ['2026-03-01T00:00:00Z', '2026-03-01T23:59:59Z', '2026-03-01', '2026-03-02'],
    ['2026-03-01T12:00:00Z', '2026-03-03T00:00:00Z', '2026-03-01', '2026-03-03'],
    ['2026-03-01T12:00:00Z', '2026-03-01T12:00:00Z', '2026-03-01', '2026-03-02'],
    ['2026-03-01T00:00:00Z', '2026-03-01T00:00:00Z', '2026-03-01', '2026-03-02'],
  ])('%s to %s touches [%s, %s)', (from, to, first, end) => {
    expect(daysOfRange(at(from), at(to))).toEqual({ from: first, to: end });
  });

  it('counts days and months back from today, the running one included', () => {
    expect(daysOf({ kind: 'dashboard' }, clock)).toEqual({ from: '2026-03-01', to: '2026-03-11' });
    expect(daysOf({ kind: 'days', days: 30 }, clock)).toEqual({ from: '2026-03-02', to: '2026-04-01' });
    expect(daysOf({ kind: 'months', months: 6 }, clock)).toEqual({ from: '2025-10-01', to: '2026-04-01' });
    expect(daysOf({ kind: 'days', days: 0 }, clock)).toEqual({ from: '2026-03-31', to: '2026-04-01' });
    expect(daysOf({ kind: 'all' }, clock)).toBeUndefined();
  });

  it('takes one month, also from a variable; the running one where that holds none', () => {
    const month = (value: string) => daysOf({ kind: 'month', month: '$month' }, clock, () => value);
    expect(month('2025-12')).toEqual({ from: '2025-12-01', to: '2026-01-01' });
    expect(month('2026-02-01')).toEqual({ from: '2026-02-01', to: '2026-03-01' });
    for (const none of ['', '$month', 'All']) expect(month(none)).toEqual({ from: '2026-03-01', to: '2026-04-01' });
  });
});

describe('addressOf', () => {
  it('has only the parameters of the dataset, in one order', () => {
    const days = { from: '2026-03-01', to: '2026-03-02' };
    expect(addressOf('cost-by-user', days, { user: 'u', provider: 'openai', limit: 20, outcome: 'failed' }, same)).toBe(
      'metrics/cost-by-user?from=2026-03-01&to=2026-03-02&limit=20&provider=openai&user=u',
    );
    expect(addressOf('sync-status', days, {}, same)).toBe('metrics/sync-status');
    expect(addressOf('forecast', days, {}, same)).toBe('metrics/forecast');
  });

  it('fills variables in, leaves "all" out and escapes the rest', () => {
    const filled = (value: string): string => ({ $model: 'a/b&c=d', $provider: '$__all', $user: '' })[value] ?? value;
    expect(
      addressOf('token-ratios', undefined, { model: '$model', provider: '$provider', user: '$user' }, filled),
    ).toBe('metrics/token-ratios?model=a%2Fb%26c%3Dd');
  });

  it('repeats a filter for each value of a variable, and refuses several where the dataset takes one', () => {
    const several = (): string => '{openai,azure}';
    expect(addressOf('error-rates', undefined, { provider: '$provider' }, several)).toBe(
      'metrics/error-rates?provider=openai&provider=azure',
    );
    expect(addressOf('error-rates', undefined, { provider: '$provider' }, () => '{openai}')).toBe(
      'metrics/error-rates?provider=openai',
    );
    expect(() => addressOf('cost-sources', undefined, { provider: '$provider' }, several)).toThrow(SeveralValuesError);
  });
});
