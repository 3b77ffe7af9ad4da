import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import { RowBuilder, type DashboardBuilder, type Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import type { BoardName } from '../../exporter/src/contract/boards.ts';
import { hiddenVariable } from './hidden-variable.ts';
import type { Texts } from './texts/texts.ts';

const ROW = { id: 100, height: 1 };

/**
 * The panels of a board below its first line, which says what the board answers; in a demonstration, that its figures
 * are invented.
 */
export function withPanels(
  board: DashboardBuilder,
  name: BoardName,
  t: Texts,
  panels: readonly Builder<Panel>[],
): DashboardBuilder {
  const { description } = t.boards[name];
  const words = { demonstration: t.demonstration, otherwise: description };
  const row = new RowBuilder('$notice').id(ROW.id);
  const headed = board
    .withVariable(hiddenVariable('notice', { kind: 'board_notice', words }, description))
    .withRow(row);
  return panels.reduce((built, panel) => built.withPanel(lower(panel)), headed);
}

/** A panel whose place was counted from below the row. */
function lower(panel: Builder<Panel>): Builder<Panel> {
  return {
    build: () => {
      const { gridPos, ...rest } = panel.build();
      return { ...rest, ...(gridPos === undefined ? {} : { gridPos: { ...gridPos, y: gridPos.y + ROW.height } }) };
    },
  };
}
