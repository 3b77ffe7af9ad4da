import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { addressOf, daysOf } from './request.ts';
import { isKnownVersion, migrateQuery, NewerQueryError, QUERY_VERSION } from './saved-query.ts';
import type { MarginboardTarget, VariableQuery } from './types.ts';
import { variableKind } from './variables.ts';

/** The queries, annotations and variables of the boards as they were committed before queries had a version. */
const saved: { readonly queries: readonly MarginboardTarget[]; readonly variables: readonly VariableQuery[] } =
  JSON.parse(readFileSync(join(import.meta.dirname, 'saved-queries.v0.json'), 'utf8'));
const clock = {
  fromMs: Date.parse('2026-03-01T00:00:00Z'),
  toMs: Date.parse('2026-03-31T00:00:00Z'),
  nowMs: Date.parse('2026-03-31T12:00:00Z'),
};
const addressOfTarget = (target: MarginboardTarget): string | undefined =>
  target.dataset === undefined
    ? target.events
    : addressOf(
        target.dataset,
        daysOf(target.range ?? { kind: 'dashboard' }, clock),
        target.filters ?? {},
        (value) => ({ $provider: 'twilio' })[value] ?? value,
      );

describe('queries of boards without a version', () => {
  it.each(saved.queries.map((query) => [JSON.stringify(query), query]))(
    'ask the same as before: %s',
    (_json, query) => {
      const migrated = migrateQuery(query);
      expect(migrated).toEqual({ ...query, version: QUERY_VERSION });
      expect(addressOfTarget(migrated)).toBe(addressOfTarget(query));
    },
  );

  it('list the same values in their variables', () => {
    expect(saved.variables.map(variableKind)).toEqual(['llm_providers', 'providers']);
  });
});

it('states what was implied, and drops what is empty', () => {
  expect(
    migrateQuery({
      refId: 'A',
      dataset: 'cost-by-user',
      fields: [],
      filters: { provider: '', limit: 20 },
      hide: false,
    }),
  ).toEqual({
    refId: 'A',
    dataset: 'cost-by-user',
    range: { kind: 'dashboard' },
    filters: { limit: 20 },
    hide: false,
    version: 1,
  });
});

it('changes nothing twice, and no query of a newer plugin', () => {
  const once = migrateQuery({ refId: 'A', dataset: 'summary' });
  expect(migrateQuery(once)).toEqual(once);
  const newer: MarginboardTarget = { ...once, version: QUERY_VERSION + 1 };
  expect(isKnownVersion(newer)).toBe(false);
  expect(() => migrateQuery(newer)).toThrow(NewerQueryError);
});
