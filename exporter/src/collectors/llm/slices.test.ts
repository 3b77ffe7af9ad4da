import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dryRunContext } from '../../../test/collect-context.ts';
import { CollectorError } from '../errors.ts';
import type { PrometheusClient } from './client.ts';
import { PRESETS } from './presets.ts';
import { userSlices, withoutUsers, type UserSlice } from './slices.ts';
import { createTargetHistory } from './targets.ts';
import type { CounterReader } from './windows.ts';

const WINDOWS = [{ from: 0, to: 1 }];

function readerOf(labelValues: PrometheusClient['labelValues']): CounterReader {
  const no = (): Promise<never> => Promise.reject(new Error('not asked for here'));
  const client: PrometheusClient = {
    instant: no,
    range: no,
    raw: no,
    series: no,
    version: no,
    bad: new Map(),
    labelValues,
  };
  const context = dryRunContext({ query: no }, '2026-03-15T00:30:00Z');
  return { context, client, targets: createTargetHistory(context, client) };
}

async function slicesOf(
  values: Readonly<Record<string, readonly string[] | CollectorError>>,
  most: number,
  preset: keyof typeof PRESETS = 'default',
): Promise<UserSlice[]> {
  const reader = readerOf(async (_context, label) => {
    const found = values[label] ?? [];
    if (found instanceof CollectorError) throw found;
    return [...found];
  });
  return userSlices(reader, PRESETS[preset], WINDOWS, most);
}

/** Prometheus' own rules: a regular expression matches the whole value, and a missing label is empty. */
function matches(matcher: string | undefined, label: string, value: string): boolean {
  const parts = [...(matcher ?? '').matchAll(/(\w+)(=~|!~|=)("(?:[^"\\]|\\.)*")/g)];
  return parts.every(([, name, operator, quoted]) => {
    const text: unknown = JSON.parse(quoted ?? '""');
    if (name !== label || typeof text !== 'string') throw new Error(`not understood: ${matcher ?? ''}`);
    if (operator === '=') return value === text;
    return new RegExp(`^(?:${text})$`, 'u').test(value) === (operator === '=~');
  });
}

describe('slices of users', () => {
  it('few users are one slice', async () => {
    expect((await slicesOf({ user_id: ['ada', 'bob'] }, 2)).map(({ matcher }) => matcher)).toEqual([undefined]);
    expect((await slicesOf({}, 2)).map(({ matcher }) => matcher)).toEqual([undefined]);
  });

  it('begin with series that have no user, and with names that are stored otherwise', async () => {
    const slices = await slicesOf({ user_id: ['ada', 'bob', ' eve', 'None', 'a.d'] }, 2);
    expect(slices.map(({ matcher }) => matcher)).toEqual([
      String.raw`user_id=~"| eve|None"`,
      String.raw`user_id=~"a.*",user_id!~" eve|None"`,
      String.raw`user_id=~"b.*",user_id!~" eve|None"`,
    ]);
    expect(slices.map(({ completes }) => ['ada', 'bob', 'eve'].filter(completes))).toEqual([[], ['ada'], ['bob']]);
  });

  it('are made of the first label that has values', async () => {
    const slices = await slicesOf({ user: ['ada', 'bob', 'bobby'] }, 2, 'litellm');
    expect(slices.map(({ matcher }) => matcher)).toEqual(['user=""', 'user=~"a.*"', 'user=~"b.*"']);
  });

  it('know which counters name no user, by the label that names them in the others', async () => {
    const { series } = PRESETS.litellm;
    const [first] = series;
    // Nothing has `end_user`; all counters but the first have `user`.
    const reader = readerOf(async (_context, _label, [selector = '']) =>
      selector.includes(',user!=""') || selector.includes('{user!=""')
        ? selector.startsWith(`${first?.metric ?? ''}{`)
          ? []
          : ['a_counter']
        : [],
    );
    const without = await withoutUsers(reader, PRESETS.litellm, series, WINDOWS);
    expect([...without]).toEqual(series.filter(({ metric }) => metric === first?.metric));
  });

  it('are not made where the server cannot list users, and fail where it could', async () => {
    expect(
      await slicesOf({ user_id: new CollectorError('upstream', 'not_found', 'no such path', { status: 404 }) }, 1),
    ).toHaveLength(1);
    await expect(
      slicesOf({ user_id: new CollectorError('auth', 'invalid_key', 'refused', { status: 401 }) }, 1),
    ).rejects.toMatchObject({ kind: 'auth' });
  });

  it('every series is in exactly one, and every clean user completed by its own', async () => {
    const name = fc.oneof(
      fc.stringMatching(/^[ab.|*\\"]{1,4}$/),
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 }),
      fc.constantFrom('None', 'a', 'ab', 'abc', 'é', 'e\u0301', '\u{1F600}'),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(name, { minLength: 2, maxLength: 40 }),
        fc.integer({ min: 1, max: 6 }),
        async (users, most) => {
          const slices = await slicesOf({ user_id: users }, most);
          for (const user of [...users, '']) {
            const own = slices.filter(({ matcher }) => matches(matcher, 'user_id', user));
            expect(own).toHaveLength(1);
            const completing = slices.filter(({ completes }) => completes(user));
            expect(completing.every((slice) => slice === own[0] || own[0] === slices[0])).toBe(true);
          }
        },
      ),
    );
  });
});
