import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { DashboardBuilder, Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { boardFrame, choice } from '../../board-frame.ts';
import { withPanels } from '../../board-notice.ts';
import { OPENS_AT } from '../../picked-days.ts';
import type { Texts } from '../../texts/texts.ts';
import { averageRatio } from './average-ratio.ts';
import { errorCards } from './error-cards.ts';
import { infrastructureWeek } from './infrastructure-week.ts';
import { lastSync } from './last-sync.ts';
import { llmByMonth } from './llm-by-month.ts';
import { revenueVsCosts } from './revenue-vs-costs.ts';
import { shownRanges } from './shown-ranges.ts';
import { cards, trends } from './summary-cards.ts';
import { tokenEfficiency } from './token-efficiency.ts';
import { tokenRatio } from './token-ratio.ts';
import { topUsers } from './top-users.ts';

/** The board that answers: do we make money, and can I trust it? */
export function business(t: Texts): DashboardBuilder {
  const panels: Builder<Panel>[] = [
    ...cards(t, 1, 0),
    ...trends(t, 5, 4),
    revenueVsCosts(t, 9, { x: 0, y: 8, w: 24, h: 9 }),
    topUsers(t, 10, { x: 0, y: 17, w: 12, h: 16 }),
    tokenEfficiency(t, 11, { x: 12, y: 17, w: 12, h: 9 }),
    tokenRatio(t, 12, { x: 12, y: 26, w: 8, h: 7 }),
    averageRatio(t, 13, { x: 20, y: 26, w: 4, h: 7 }),
    errorCards(t, 14, { x: 0, y: 33, w: 24, h: 5 }),
    infrastructureWeek(t, 15, { x: 0, y: 38, w: 12, h: 9 }),
    llmByMonth(t, 16, { x: 12, y: 38, w: 12, h: 9 }),
    lastSync(t, 17, { x: 0, y: 47, w: 24, h: 4 }),
  ];
  const frame = shownRanges(t).reduce(
    (board, variable) => board.withVariable(variable),
    boardFrame('business', t, OPENS_AT.business).withVariable(choice(t, 'llm_provider')),
  );
  return withPanels(frame, 'business', t, panels);
}
