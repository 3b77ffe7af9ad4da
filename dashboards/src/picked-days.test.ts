import { expect, test } from 'vitest';
import { z } from 'zod';
import { BOARDS } from '../../exporter/src/contract/boards.ts';
import { buildBoard, LANGUAGES } from './build.ts';
import { dashboard, type Dashboard } from './lint.ts';

type Panel = Dashboard['panels'][number];

const opened = z.object({ time: z.object({ from: z.string(), to: z.literal('now') }) });
const boards = LANGUAGES.flatMap((t) =>
  BOARDS.map((name) => ({ t, board: dashboard.parse(JSON.parse(JSON.stringify(buildBoard(name, t)))) })),
);
const rangesOf = ({ targets }: Panel) => targets.flatMap(({ range }) => (typeof range === 'object' ? [range] : []));

test('a panel with days of its own follows the picker, but for what is about now', () => {
  for (const { t, board } of boards)
    expect(
      board.panels
        .filter((panel) => rangesOf(panel).some(({ kind }) => kind === 'days' || kind === 'months'))
        .map(({ title }) => title)
        .filter((title) => title !== t.panels.revenueNow.title),
    ).toEqual([]);
});

test('the picker stands where the board opens', () => {
  for (const { board } of boards) {
    const { time } = opened.parse(board);
    for (const range of board.panels.flatMap(rangesOf))
      if (range.kind === 'picker') expect([board.uid, range.opensAt]).toEqual([board.uid, time.from]);
  }
});

test('the title of such a panel says which days it shows, or stands beside one that does', () => {
  for (const { t, board } of boards) {
    const silent = board.panels
      .filter((panel) => rangesOf(panel).some(({ kind }) => kind === 'picker') && !panel.title.includes('$'))
      .map(({ title }) => title);
    // Cards say their days below the figure; ratios belong to the token chart above them.
    const beside = (
      ['revenue', 'llmCosts', 'infrastructureCosts', 'netMargin', 'tokenRatio', 'averageRatio'] as const
    ).map((name) => t.panels[name].title);
    expect(silent.filter((title) => !beside.includes(title))).toEqual([]);
  }
});
