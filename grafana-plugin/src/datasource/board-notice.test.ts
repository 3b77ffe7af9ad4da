// @vitest-environment jsdom
import '../testing/browser.ts';
import { lastValueFrom } from 'rxjs';
import { beforeEach, describe, expect, it } from 'vitest';
import type { BoardNoticeQuery } from '../../../exporter/src/contract/query.ts';
import { DATA_SOURCE_ID } from '../shared/ids.ts';
import { requestOf, startDataSource } from '../testing/data-source.ts';
import { speak } from '../testing/language.ts';
import { hasNoticeLine } from './board-notice.ts';
import type { MarginboardTarget } from './types.ts';

beforeEach(() => speak('en-US', DATA_SOURCE_ID));

const INVENTED = { code: 'demo_data', message: 'Demonstration data: these figures are invented.' };
const notice: BoardNoticeQuery = {
  kind: 'board_notice',
  words: { demonstration: 'Every figure is invented.', otherwise: 'Do we make money?' },
};

describe('the first line of a board', () => {
  it.each([
    ['says that the figures are invented', { body: { warnings: [INVENTED] } }, notice.words.demonstration],
    ['says what the board answers elsewhere', { body: { warnings: [] } }, notice.words.otherwise],
    ['also while the exporter cannot be asked', { status: 503, body: {} }, notice.words.otherwise],
  ])('%s', async (_, reply, shown) => {
    const { source, server } = await startDataSource(() => reply);
    const { data } = await lastValueFrom(source.variables.query(requestOf([{ refId: 'notice', ...notice }])));
    expect(data).toEqual([{ text: shown, value: shown }]);
    expect(server.received.map(({ path }) => path)).toEqual(['/metrics/summary']);
  });
});

describe('a panel leaves it to the board', () => {
  const on = (dashboardUID: string, app = 'dashboard') => ({ app, dashboardUID });
  const page = { pathname: '/d/marginboard-business', search: '?from=now-7d' };

  it('where that line is shown', () => {
    expect(hasNoticeLine(on('marginboard-business'), page)).toBe(true);
    expect(hasNoticeLine(on('marginboard-health-fr'), { ...page, pathname: '/grafana/d/marginboard-health-fr' })).toBe(
      true,
    );
  });

  it.each([
    ['Explore', { app: 'explore' }, { pathname: '/explore', search: '' }],
    ['a board of one’s own', on('abc'), { pathname: '/d/abc', search: '' }],
    ['an embedded panel', on('marginboard-business'), { pathname: '/d-solo/marginboard-business', search: '' }],
    ['a panel alone on the screen', on('marginboard-business'), { ...page, search: '?viewPanel=panel-3' }],
    ['the editor of a panel', on('marginboard-business'), { ...page, search: '?editPanel=3' }],
  ])('but not in %s', (_, request, location) => {
    expect(hasNoticeLine(request, location)).toBe(false);
  });

  it.each([
    ['marginboard-costs', []],
    ['own-board', [{ severity: 'info', text: INVENTED.message }]],
  ])('as its frames on %s show', async (dashboardUID, notices) => {
    window.history.pushState(null, '', `/d/${dashboardUID}`);
    const { source } = await startDataSource(() => ({ body: { data: [], warnings: [INVENTED] } }));
    const target: MarginboardTarget = { refId: 'A', dataset: 'forecast', range: { kind: 'all' } };
    const answer = await lastValueFrom(source.query({ ...requestOf([target]), dashboardUID }));
    expect(answer.data).toHaveLength(1);
    expect(answer.data.flatMap(({ meta }) => meta?.notices ?? [])).toEqual(notices);
  });

  it('unless that line could not be read', async () => {
    window.history.pushState(null, '', '/d/marginboard-costs');
    const { source } = await startDataSource(({ path }) =>
      path === '/metrics/summary' ? { status: 503, body: {} } : { body: { data: [], warnings: [INVENTED] } },
    );
    await lastValueFrom(source.variables.query(requestOf([{ refId: 'notice', ...notice }])));
    const target: MarginboardTarget = { refId: 'A', dataset: 'forecast', range: { kind: 'all' } };
    const answer = await lastValueFrom(source.query({ ...requestOf([target]), dashboardUID: 'marginboard-costs' }));
    expect(answer.data.flatMap(({ meta }) => meta?.notices ?? [])).toHaveLength(1);
  });
});
