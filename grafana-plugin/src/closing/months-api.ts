import {
  MONTH_PATHS,
  type MonthChangesAnswer,
  type MonthClosedAnswer,
  type MonthListAnswer,
  type MonthPreviewAnswer,
} from '../../../exporter/src/contract/months.ts';
import { send } from '../shared/exporter.ts';

export type MonthRow = MonthListAnswer['data'][number];

const at = (path: string, month: string): string => path.replace('{month}', month);

export const months = (): Promise<MonthListAnswer> => send('GET', MONTH_PATHS.list);

export const monthChanges = (month: string): Promise<MonthChangesAnswer> => send('GET', at(MONTH_PATHS.changes, month));

/** What closing the month would freeze; nothing is stored. */
export const previewClosing = (month: string): Promise<MonthPreviewAnswer> =>
  send('POST', at(MONTH_PATHS.preview, month), {});

/** Freezes exactly what the preview showed. */
export const closeMonth = ({ month, sha256 }: MonthPreviewAnswer): Promise<MonthClosedAnswer> =>
  send('POST', at(MONTH_PATHS.close, month), { sha256 });

export const reopenMonth = (month: string, reason: string): Promise<MonthClosedAnswer> =>
  send('POST', at(MONTH_PATHS.reopen, month), { reason });
