import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { VariableModel } from '@grafana/grafana-foundation-sdk/dashboard';
import { API_DEFAULT, counted, SEVEN_DAYS, shownRange, SIX_MONTHS, THIRTY_DAYS } from '../../picked-days.ts';
import type { Texts } from '../../texts/texts.ts';

/** What the titles of the board say of the days that they show. */
export function shownRanges({ shownDays: words }: Texts): Builder<VariableModel>[] {
  const { days, months } = words;
  return [
    shownRange('days', THIRTY_DAYS, 'title', { start: counted(days, 30), days }),
    shownRange('week', SEVEN_DAYS, 'title', { start: counted(days, 7), days }),
    shownRange('months', SIX_MONTHS, 'title', { start: counted(months, 6), months }),
    // The cards say up to which day they count; so do not count days, of which today is not complete.
    shownRange('cards', API_DEFAULT, 'first', { start: counted(months, 6) }),
    shownRange('trend', API_DEFAULT, 'title', { start: words.thirtyShort, since: words.since }),
    shownRange('llm_axis', SIX_MONTHS, 'axis', { start: '6M' }),
  ];
}
