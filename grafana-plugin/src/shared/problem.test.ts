import { describe, expect, it } from 'vitest';
import { problemOf, sentenceOf } from './problem.ts';

const problem = (status: number, members: object = {}) => ({
  status,
  data: { type: 'about:blank', title: 'T', status, ...members },
});

describe('problemOf', () => {
  it.each([
    ['the data proxy on a 401', { status: 400, data: 'Authentication to data source failed' }, 'token'],
    ['the exporter on a 401', problem(401), 'token'],
    ['the exporter on a role', problem(403), 'forbidden'],
    ['the app proxy on a role', { status: 403, data: { message: 'plugin proxy route access denied' } }, 'forbidden'],
    ['a proxy that cannot connect', { status: 502, data: '' }, 'unreachable'],
    ['no answer at all', { status: 0, data: undefined }, 'unreachable'],
    ['another program', { status: 404, data: '<html>nothing here</html>' }, 'not_marginboard'],
    ['the exporter on an unknown path', problem(404, { detail: 'There is nothing at this path' }), 'refused'],
    ['a bad field', problem(400), 'refused'],
    ['an overlap', problem(409), 'conflict'],
    ['too many requests', problem(429), 'busy'],
    ['a start', problem(503), 'busy'],
    ['a fault', problem(500), 'failed'],
  ])('%s', (_name, error, kind) => {
    expect(problemOf(error).kind).toBe(kind);
  });

  it('keeps the fields and the words', () => {
    const found = problemOf(
      problem(400, {
        detail: 'The request has invalid fields.',
        errors: [{ field: 'amount', message: 'must be a decimal string' }, { nonsense: 1 }],
      }),
    );
    expect(found.fields).toEqual([{ field: 'amount', message: 'must be a decimal string' }]);
    expect(sentenceOf(found)).toBe('The request has invalid fields: amount must be a decimal string');
  });

  it('reads problem+json that arrived as text', () => {
    expect(
      problemOf({ status: 409, data: JSON.stringify({ title: 'Conflict', status: 409, detail: 'overlaps 12' }) }),
    ).toMatchObject({ kind: 'conflict', detail: 'overlaps 12' });
  });

  it('shows no HTML and nothing endless', () => {
    expect(problemOf({ status: 500, data: '<!doctype html><b>x</b>' }).detail).toBe('');
    expect(problemOf({ status: 500, data: 'x'.repeat(9_999) }).detail).toHaveLength(500);
    expect(problemOf(undefined).kind).toBe('failed');
    expect(problemOf(new TypeError('Failed to fetch')).kind).toBe('unreachable');
  });
});
