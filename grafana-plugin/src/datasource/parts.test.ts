import { describe, expect, it } from 'vitest';
import { eventsAddress, eventsOf } from './events.ts';
import { healthOf, healthOfProblem } from './health.ts';
import { choicesOf, choicesSource, variableKind } from './variables.ts';

const days = { from: '2026-01-01', to: '2026-04-01' };

describe('healthOf', () => {
  const status = { data: [{ enabled: true }, { enabled: false }] };
  it('counts the collectors of a healthy exporter', () => {
    expect(healthOf(status, { info: { version: '0.1.4' } }, '0.1.0')).toEqual({
      status: 'success',
      key: 'health.ok',
      values: { version: '0.1.4', enabled: 1, collectors: 2 },
    });
  });
  it('recognises another version and another program', () => {
    expect(healthOf(status, { info: { version: '0.2.0' } }, '0.1.0')).toMatchObject({
      status: 'error',
      key: 'health.version',
    });
    expect(healthOf({ hello: 1 }, {}, '0.1.0')).toMatchObject({ status: 'error', key: 'health.not-marginboard' });
  });
  it('names the cause of a failure', () => {
    expect(healthOfProblem({ kind: 'unreachable', status: 502, detail: '', fields: [] }, '')).toMatchObject({
      status: 'error',
      key: 'health.unreachable',
    });
    expect(healthOfProblem({ kind: 'token', status: 400, detail: '', fields: [] }, '').key).toBe('health.token');
  });
});

describe('variables', () => {
  it('lists each value once, months newest first', () => {
    const models = choicesSource('models', days);
    expect(choicesOf('models', { data: [{ model: 'b' }, { model: 'a' }, { model: 'b' }, {}] }, models)).toEqual([
      { value: 'a', text: 'a' },
      { value: 'b', text: 'b' },
    ]);
    expect(
      choicesOf('months', { data: [{ month: '2026-01' }, { month: '2026-02' }] }, choicesSource('months', days)).map(
        ({ value }) => value,
      ),
    ).toEqual(['2026-02', '2026-01']);
    expect(choicesOf('users', { data: [{ userId: 'u1', email: 'a@b.c' }] }, choicesSource('users', days))).toEqual([
      { value: 'u1', text: 'a@b.c' },
    ]);
    expect(choicesOf('users', 'no', choicesSource('users', days))).toEqual([]);
  });
  it('takes a word, and what the editor of a board stores', () => {
    expect([
      variableKind('models'),
      variableKind({ kind: 'users' }),
      variableKind({ query: 'months' }),
      variableKind('drop table'),
    ]).toEqual(['models', 'users', 'months', undefined]);
  });
});

describe('events', () => {
  const within = { fromMs: Date.parse('2026-01-01'), toMs: Date.parse('2026-02-01') };
  it('marks what happened within the range', () => {
    const rows = [
      {
        action: 'entry',
        provider: 'supabase',
        amount: '25.00',
        currency: 'USD',
        createdBy: 'anna',
        periodStart: '2025-12-01',
        periodEnd: '2026-01-01',
        createdAt: '2026-01-02T09:00:00Z',
        reason: null,
        notes: 'n',
      },
      { action: 'entry', provider: 'weaviate', createdAt: '2026-01-02T09:00:00Z' },
      { action: 'entry', provider: 'supabase', createdAt: '2026-03-02T09:00:00Z' },
    ];
    const events = eventsOf('invoices', { data: rows }, within, (key) => key, 'supabase');
    expect(events).toEqual([
      {
        time: Date.parse('2026-01-02T09:00:00Z'),
        title: 'events.entry',
        text: 'events.invoice-text\nn',
        tags: ['invoice', 'supabase'],
      },
    ]);
  });
  it('marks an invoice for those who may not see who entered it', () => {
    const events = eventsOf(
      'invoices',
      {
        data: [
          {
            action: 'void',
            provider: 'supabase',
            createdBy: null,
            createdAt: '2026-01-02T09:00:00Z',
            reason: null,
            notes: null,
          },
        ],
      },
      within,
      (key) => key,
    );
    expect(events.map(({ title, text }) => [title, text])).toEqual([['events.void', 'events.invoice-text']]);
  });
  it('marks a price on the first day it counts for', () => {
    const price = {
      provider: 'acme',
      model: 'house-1',
      validFrom: '2026-01-10',
      validTo: null,
      inputUsdPerMillion: '2.00',
      outputUsdPerMillion: '10.00',
      notes: 'framework contract 7',
      createdAt: '2026-02-20T09:00:00Z',
    };
    const events = eventsOf(
      'price_changes',
      { data: [price, { ...price, validFrom: '2025-12-31' }, { ...price, provider: 'openai' }] },
      within,
      (key, values) => `${key} ${JSON.stringify(values)}`,
      'acme',
    );
    const said = '{"provider":"acme","model":"house-1","input":"2.00","output":"10.00"}';
    expect(events).toEqual([
      {
        time: Date.parse('2026-01-10T00:00:00Z'),
        title: `events.price ${said}`,
        text: `events.price-text ${said}\nframework contract 7`,
        tags: ['price', 'acme'],
      },
    ]);
    expect(eventsAddress('price_changes', days)).toBe('admin/llm-prices');
  });

  it('marks the largest movements on their day, of one customer where one is chosen', () => {
    const address = 'metrics/largest-movements?from=2026-01-01&limit=20&to=2026-04-01';
    expect(eventsAddress('largest_movements', days)).toBe(address);
    expect(eventsAddress('largest_movements', days, 'cus a&b')).toBe(`${address}&customer=cus%20a%26b`);
    const row = { day: '2026-02-03', movement: 'churn', customer: 'cus_a', amountUsd: '-149.00' };
    const within = { fromMs: Date.parse(days.from), toMs: Date.parse(days.to) };
    const write = (key: string, values = {}) => `${key} ${JSON.stringify(values)}`;
    const [mark, ...others] = eventsOf(
      'largest_movements',
      {
        data: [
          { ...row, plansBefore: 'Team', plansAfter: null },
          { ...row, day: '2026-05-01' },
        ],
      },
      within,
      write,
    );
    expect(others).toEqual([]);
    expect(mark).toMatchObject({ time: Date.parse('2026-02-03'), text: 'Team', tags: ['mrr', 'churn'] });
    expect(mark?.title).toContain('movements.churn');
    expect(mark?.title).toContain('-149.00');
  });
  it('marks failed runs with their message', () => {
    const events = eventsOf(
      'failed_syncs',
      {
        data: [
          {
            collector: 'stripe',
            startedAt: '2026-01-05T00:00:00Z',
            message: 'Stripe refused the key',
            reason: 'invalid_key',
          },
        ],
      },
      within,
      (key) => key,
    );
    expect(events.map(({ text, tags }) => [text, tags])).toEqual([['Stripe refused the key', ['sync', 'stripe']]]);
  });
});
