// @vitest-environment jsdom
import '../testing/browser.ts';
import { isDataFrame, type AdHocVariableFilter, type DataFrame, type DataQueryResponse } from '@grafana/data';
import { lastValueFrom } from 'rxjs';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { DATA_SOURCE_ID } from '../shared/ids.ts';
import { requestOf, startDataSource } from '../testing/data-source.ts';
import { speak } from '../testing/language.ts';
import type { Reply } from '../testing/loopback-server.ts';
import type { DatasetTarget, MarginboardTarget } from './types.ts';
import { MarginboardVariables } from './variable-support.ts';

beforeEach(() => speak('en-US', DATA_SOURCE_ID));

const errorRates: DatasetTarget = { refId: 'A', dataset: 'error-rates', range: { kind: 'dashboard' } };
const costs: DatasetTarget = { refId: 'B', dataset: 'infrastructure-costs', range: { kind: 'dashboard' } };
const empty = (): Reply => ({ body: { data: [], warnings: [] } });

const framesOf = ({ data }: DataQueryResponse): DataFrame[] => data.filter((one): one is DataFrame => isDataFrame(one));

describe('a query', () => {
  it('answers in the order of its targets, each with the request that was sent and how Explore shows it', async () => {
    let answerFirst = (): void => undefined;
    const second = new Promise<void>((resolve) => (answerFirst = resolve));
    const { source, server } = await startDataSource(({ path }) => {
      if (path.startsWith('/metrics/error-rates')) return { ...empty(), after: second };
      answerFirst();
      return empty();
    });
    const answer = await lastValueFrom(source.query(requestOf<MarginboardTarget>([errorRates, costs])));
    expect(
      framesOf(answer).map(({ refId, meta }) => [refId, meta?.executedQueryString, meta?.preferredVisualisationType]),
    ).toEqual([
      ['A', 'GET /api/v1/metrics/error-rates?from=2026-03-01&to=2026-04-01', 'table'],
      ['B', 'GET /api/v1/metrics/infrastructure-costs?from=2026-03-01&to=2026-04-01', 'graph'],
    ]);
    expect(server.received).toHaveLength(2);
  });

  it('states the request of an annotation too', async () => {
    const { source } = await startDataSource(empty);
    const answer = await lastValueFrom(
      source.query(requestOf<MarginboardTarget>([{ refId: 'Anno', events: 'invoices' }])),
    );
    expect(framesOf(answer)[0]?.meta).toMatchObject({
      executedQueryString: 'GET /api/v1/admin/billing-adjustments?limit=500',
      preferredVisualisationType: 'table',
    });
  });

  it('of one target fails alone', async () => {
    const { source } = await startDataSource(({ path }) =>
      path.startsWith('/metrics/error-rates')
        ? { status: 400, body: { title: 'Bad request', status: 400, detail: 'from must be a day' } }
        : empty(),
    );
    const answer = await lastValueFrom(source.query(requestOf<MarginboardTarget>([errorRates, costs])));
    expect(framesOf(answer).map(({ refId }) => refId)).toEqual(['B']);
    expect(answer.errors).toEqual([{ refId: 'A', message: 'A · Errors by provider: from must be a day' }]);
  });

  it('is cancelled at the exporter when the panel no longer waits, and sent again when it asks again', async () => {
    const { source, server } = await startDataSource(() => ({ ...empty(), after: new Promise(() => undefined) }));
    const waiting = source.query(requestOf<MarginboardTarget>([errorRates, costs])).subscribe();
    await vi.waitFor(() => expect(server.received).toHaveLength(2));
    waiting.unsubscribe();
    await vi.waitFor(() => expect(server.cancelled).toHaveLength(2));
    const again = source.query(requestOf<MarginboardTarget>([errorRates])).subscribe();
    await vi.waitFor(() => expect(server.received).toHaveLength(3));
    again.unsubscribe();
  });

  it('that two panels ask is sent once, and goes on for the one that still waits', async () => {
    let reply = (): void => undefined;
    const after = new Promise<void>((resolve) => (reply = resolve));
    const { source, server } = await startDataSource(() => ({ ...empty(), after }));
    const leaving = source.query(requestOf<MarginboardTarget>([errorRates])).subscribe();
    const staying = lastValueFrom(source.query(requestOf<MarginboardTarget>([errorRates])));
    await vi.waitFor(() => expect(server.received).toHaveLength(1));
    leaving.unsubscribe();
    reply();
    expect(framesOf(await staying)).toHaveLength(1);
    // Shared for a moment after the answer too.
    await lastValueFrom(source.query(requestOf<MarginboardTarget>([errorRates])));
    expect([server.received.length, server.cancelled]).toEqual([1, []]);
  });

  it('of a newer plugin is refused, not half understood', async () => {
    const { source, server } = await startDataSource(empty);
    const answer = await lastValueFrom(source.query(requestOf<MarginboardTarget>([{ ...errorRates, version: 99 }])));
    expect(answer.errors?.[0]?.message).toMatch(/^A · Errors by provider: This query was saved by a newer plugin/);
    expect(server.received).toEqual([]);
  });
});

describe("a board's ad-hoc filters", () => {
  const filter = (key: string, operator: string, value: string, values?: string[]): AdHocVariableFilter => ({
    key,
    operator,
    value,
    ...(values === undefined ? {} : { values }),
  });
  const period = 'from=2026-03-01&to=2026-04-01';

  it.each<[string, DatasetTarget, AdHocVariableFilter[], string]>([
    [
      'equal',
      errorRates,
      [filter('provider', '=', 'openai')],
      'error-rates?from=2026-03-01&to=2026-04-01&provider=openai',
    ],
    [
      'one of several',
      errorRates,
      [filter('model', '=|', 'a', ['a', 'b,c'])],
      `error-rates?${period}&model=a&model=b%2Cc`,
    ],
    [
      'both, where the query has values of its own',
      { ...errorRates, filters: { provider: '{openai,azure}' } },
      [filter('provider', '=', 'azure')],
      `error-rates?${period}&provider=azure`,
    ],
    ['nothing while it is being written', errorRates, [filter('provider', '=', '')], `error-rates?${period}`],
  ])('narrow a query: %s', async (_name, target, filters, address) => {
    const { source, server } = await startDataSource(empty);
    const answer = await lastValueFrom(source.query(requestOf<MarginboardTarget>([target], filters)));
    expect(answer.errors).toBeUndefined();
    expect(server.received.map(({ path }) => path)).toEqual([`/metrics/${address}`]);
  });

  it.each<[DatasetTarget, AdHocVariableFilter, RegExp]>([
    [errorRates, filter('provider', '!=', 'openai'), /Provider != openai cannot be applied/],
    [errorRates, filter('provider', '=~', 'open.*'), /Provider =~ open.\* cannot be applied/],
    [costs, filter('model', '=', 'gpt'), /has no filter Model/],
    [costs, filter('colour', '=', 'red'), /has no filter colour/],
    [costs, filter('provider', '=|', 'a', ['a', 'b']), /Provider takes one value in this dataset/],
    [
      { ...errorRates, filters: { provider: 'azure' } },
      filter('provider', '=', 'openai'),
      /together they match nothing/,
    ],
  ])('are never ignored: %j %j', async (target, filters, message) => {
    const { source, server } = await startDataSource(empty);
    const answer = await lastValueFrom(source.query(requestOf<MarginboardTarget>([target], [filters])));
    expect([answer.data, answer.errors?.[0]?.message]).toEqual([[], expect.stringMatching(message)]);
    expect(server.received).toEqual([]);
  });

  it('go with the query into Explore', async () => {
    const { source } = await startDataSource(empty, { provider: '{openai,azure}', top: '20' });
    const users: DatasetTarget = {
      refId: 'A',
      dataset: 'cost-by-user',
      filters: { provider: '$provider', model: '', limit: 20 },
    };
    expect(source.interpolateVariablesInQueries([users], {}, [filter('model', '=', 'gpt')])).toEqual([
      { ...users, filters: { provider: '{openai,azure}', model: 'gpt', limit: 20 } },
    ]);
  });

  it('go into Explore with the month that the board has chosen, not the running one', async () => {
    const { source } = await startDataSource(empty, { month: '2026-02' });
    const chosen: DatasetTarget = { ...costs, range: { kind: 'month', month: '$month' }, filters: {} };
    expect(source.interpolateVariablesInQueries([chosen], {})).toEqual([
      { ...chosen, range: { kind: 'month', month: '2026-02' } },
    ]);
  });

  it('keep a value with a comma whole, at the exporter and in Explore', async () => {
    const models = ['ft:gpt-4o, ours', 'gpt-4o'];
    const { source, server } = await startDataSource(empty, { model: models });
    const target: DatasetTarget = {
      refId: 'A',
      dataset: 'token-ratios',
      range: { kind: 'all' },
      filters: { model: '$model' },
    };
    await lastValueFrom(source.query(requestOf<MarginboardTarget>([target])));
    const [written] = source.interpolateVariablesInQueries([target], {});
    await lastValueFrom(source.query(requestOf<MarginboardTarget>(written === undefined ? [] : [written])));
    expect(server.received.map(({ path }) => new URL(path, 'http://exporter').searchParams.getAll('model'))).toEqual([
      models,
    ]);
    expect(written).toMatchObject({ filters: { model: String.raw`{ft:gpt-4o\, ours,gpt-4o}` } });
  });

  it('offer the filters of the queries on the board, and their values', async () => {
    const { source, server } = await startDataSource(({ path }) => ({
      body: { data: path.startsWith('/metrics/cost-sources') ? [{ provider: 'twilio' }] : [{ provider: 'openai' }] },
    }));
    expect(await source.getTagKeys({ filters: [], queries: [errorRates] })).toEqual([
      { value: 'provider', text: 'Provider' },
      { value: 'model', text: 'Model' },
      { value: 'user', text: 'User' },
    ]);
    expect((await source.getTagKeys()).length).toBe(10);
    expect(await source.getTagValues({ key: 'provider', filters: [] })).toEqual([
      { value: 'twilio', text: 'twilio' },
      { value: 'openai', text: 'openai' },
    ]);
    const before = server.received.length;
    expect((await source.getTagValues({ key: 'outcome', filters: [] })).map(({ value }) => value)).toContain('failed');
    expect(await source.getTagValues({ key: 'colour', filters: [] })).toEqual([]);
    expect(server.received).toHaveLength(before);
  });
});

describe('a variable', () => {
  it('lists the values of its kind', async () => {
    const { source, server } = await startDataSource(() => ({
      body: {
        data: [
          { group: 'cus_1', name: 'Acme' },
          { group: null, name: null },
        ],
      },
    }));
    expect(source.variables).toBeInstanceOf(MarginboardVariables);
    const answer = new MarginboardVariables(source).query(requestOf([{ refId: 'v', kind: 'customers' }]));
    expect(await lastValueFrom(answer)).toEqual({ data: [{ value: 'cus_1', text: 'Acme' }] });
    expect(server.received[0]?.path).toMatch(
      /^\/metrics\/mrr-waterfall\?from=[\d-]+&to=[\d-]+&groupBy=customer&limit=1000$/,
    );
  });

  it('of an unknown kind, or without an exporter, says so', async () => {
    const { source } = await startDataSource(() => ({ status: 403, body: { title: 'Forbidden', status: 403 } }));
    await expect(lastValueFrom(source.variableValues({ kind: 'tables' }))).rejects.toThrow(
      'Choose what the variable lists',
    );
    await expect(lastValueFrom(source.variableValues({ kind: 'models' }))).rejects.toThrow(/^Models: The token's role/);
  });
});
