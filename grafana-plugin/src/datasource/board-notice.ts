import type { DataQueryRequest } from '@grafana/data';
import { BOARD_UIDS } from '../../../exporter/src/contract/boards.ts';
import type { BoardNoticeQuery } from '../../../exporter/src/contract/query.ts';
import { isRecord } from '../shared/problem.ts';
import { warningsIn } from './notices.ts';

/** Boards are provisioned; a query of this kind has no editor. */
export const isBoardNotice = (query: unknown): query is BoardNoticeQuery =>
  isRecord(query) && query['kind'] === 'board_notice' && isRecord(query['words']);

export const isDemonstration = (answer: unknown): boolean =>
  warningsIn(answer).some(({ code }) => code === 'demo_data');

/** Pages of a board that show one panel and not its first line. */
const ONE_PANEL = ['viewPanel', 'editPanel'];

/**
 * Whether the first line of a board says that its figures are invented. In Explore, on a person's own board and where
 * one panel is alone or embedded, each panel has to say it itself.
 */
export function hasNoticeLine(
  { app, dashboardUID = '' }: Pick<DataQueryRequest, 'app' | 'dashboardUID'>,
  { pathname, search }: { readonly pathname: string; readonly search: string },
): boolean {
  const parameters = new URLSearchParams(search);
  return (
    app === 'dashboard' &&
    BOARD_UIDS.includes(dashboardUID) &&
    !pathname.includes('/d-solo/') &&
    !ONE_PANEL.some((name) => parameters.has(name))
  );
}
