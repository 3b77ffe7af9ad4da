import {
  AnnotationQueryBuilder,
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  QueryVariableBuilder,
  VariableRefresh,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { BOARDS, boardUid, type BoardName } from '../../exporter/src/contract/boards.ts';
import { MARGINBOARD, toBilling } from './panel-parts.ts';
import type { Texts } from './texts/texts.ts';

/** A board without panels, linked to the other boards. Its time zone is UTC, since days and months are in UTC. */
export function boardFrame(name: BoardName, t: Texts, from: string): DashboardBuilder {
  const { title, description } = t.boards[name];
  const others = BOARDS.filter((other) => other !== name).map((other) =>
    new DashboardLinkBuilder(t.boards[other].title)
      .type(DashboardLinkType.Link)
      .url(`/d/${boardUid(other, t.language)}`)
      .icon('dashboard')
      .keepTime(true),
  );
  return new DashboardBuilder(title)
    .uid(boardUid(name, t.language))
    .description(description)
    .tags(['marginboard', t.language])
    .timezone('utc')
    .editable()
    .tooltip(DashboardCursorSync.Crosshair)
    .time({ from, to: 'now' })
    .refresh('5m')
    .links([...others, toBilling(t).type(DashboardLinkType.Link).icon('doc')])
    .annotations([
      annotation(t.invoicesMarked, 'invoices', '#5B7FDE'),
      // A price change affects only the figures on these two boards.
      ...(name === 'business' || name === 'costs' ? [annotation(t.pricesMarked, 'price_changes', '#A352CC')] : []),
      annotation(t.failedSyncsMarked, 'failed_syncs', 'red'),
    ]);
}

/** What the data source marks on the panels of a board; switched off at first. */
export function annotation(
  label: string,
  events: 'invoices' | 'price_changes' | 'failed_syncs' | 'largest_movements',
  iconColour: string,
  filter: { readonly customer?: string } = {},
): AnnotationQueryBuilder {
  return new AnnotationQueryBuilder()
    .name(label)
    .datasource(MARGINBOARD)
    .enable(false)
    .iconColor(iconColour)
    .target({ build: () => ({ refId: 'Anno', events, ...filter, _implementsDataqueryVariant: () => undefined }) });
}

/** A filter at the top of a board: all, or some of the values that the data source lists (`providers`, `users`, …). */
export function choice(t: Texts, name: 'provider' | 'llm_provider' | 'model' | 'user'): QueryVariableBuilder {
  const labels = {
    provider: t.fields['provider'],
    llm_provider: t.llmProvider,
    model: t.fields['model'],
    user: t.fields['email'],
  };
  const variable = new QueryVariableBuilder(name)
    .label(labels[name] ?? name)
    .datasource(MARGINBOARD)
    .query({ kind: `${name}s`, refId: name })
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .includeAll(true)
    .current({ text: ['All'], value: ['$__all'] });
  if (name === 'provider') return variable.allValue('*').current({ text: 'All', value: '$__all' });
  // Filters of LLM usage take several values. Cards are repeated for each provider, so that "all" of them is no "*".
  return name === 'llm_provider' ? variable.multi(true) : variable.multi(true).allValue('*');
}
