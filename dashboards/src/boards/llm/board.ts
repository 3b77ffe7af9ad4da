import type { DashboardBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { boardFrame, choice } from '../../board-frame.ts';
import { withPanels } from '../../board-notice.ts';
import { counted, LLM_SIX_MONTHS, OPENS_AT, shownRange } from '../../picked-days.ts';
import type { Texts } from '../../texts/texts.ts';
import { usageByModel } from './usage-by-model.ts';
import { usageByMonth } from './usage-by-month.ts';
import { usageByProvider } from './usage-by-provider.ts';
import { usageByUser } from './usage-by-user.ts';

/** Where a user or a model on another board leads to: everything here is of the chosen ones. */
export function llm(t: Texts): DashboardBuilder {
  const panels = [
    usageByMonth(t, 1, { x: 0, y: 0, w: 12, h: 9 }),
    usageByProvider(t, 2, { x: 12, y: 0, w: 12, h: 9 }),
    usageByModel(t, 3, { x: 0, y: 9, w: 24, h: 10 }),
    usageByUser(t, 4, { x: 0, y: 19, w: 24, h: 14 }),
  ];
  const { months } = t.shownDays;
  const frame = boardFrame('llm', t, OPENS_AT.llm)
    .withVariable(choice(t, 'llm_provider').allValue('*'))
    .withVariable(choice(t, 'model'))
    .withVariable(choice(t, 'user'))
    .withVariable(shownRange('months', LLM_SIX_MONTHS, 'title', { start: counted(months, 6), months }));
  return withPanels(frame, 'llm', t, panels);
}
