import type { Dashboard, DashboardBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { BOARDS, type BoardName } from '../../exporter/src/contract/boards.ts';
import { business } from './boards/business/board.ts';
import { costs } from './boards/costs/board.ts';
import { health } from './boards/health/board.ts';
import { llm } from './boards/llm/board.ts';
import { margins } from './boards/margins/board.ts';
import { revenue } from './boards/revenue/board.ts';
import { EN } from './texts/en.ts';
import { FR } from './texts/fr.ts';
import { readableTable } from './readable-table.ts';
import type { Texts } from './texts/texts.ts';

export const LANGUAGES = [EN, FR] as const;
const BUILDERS: Readonly<Record<BoardName, (t: Texts) => DashboardBuilder>> = {
  business,
  revenue,
  margins,
  costs,
  llm,
  health,
};

/** Every committed file: path below `dashboards/` → content. A test compares them. */
export function dashboardFiles(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    LANGUAGES.flatMap((t) =>
      BOARDS.map((name) => [`${t.language}/${name}.json`, `${JSON.stringify(buildBoard(name, t), null, 2)}\n`]),
    ),
  );
}

export function buildBoard(name: BoardName, t: Texts): Dashboard {
  const board = BUILDERS[name](t).build();
  // The SDK puts links and annotations into the controls menu, where Grafana 12.3.0 hides the links and shows no toggle
  // for an annotation at all.
  const shown = <T extends { placement?: unknown }>(list: readonly T[] = []): Omit<T, 'placement'>[] =>
    list.map(({ placement: _, ...one }) => one);
  return {
    ...board,
    panels: (board.panels ?? []).map((panel) =>
      'fieldConfig' in panel && panel.type === 'table' ? readableTable(panel) : panel,
    ),
    links: shown(board.links),
    annotations: { ...board.annotations, list: shown(board.annotations.list) },
  };
}
