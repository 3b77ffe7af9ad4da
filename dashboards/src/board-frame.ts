import {
  AnnotationQueryBuilder,
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  QueryVariableBuilder,
  VariableRefresh,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { boardUid, MARGINBOARD, toBilling } from './panel-parts.ts';
import { BOARDS, type BoardName, type Texts } from './texts/texts.ts';

/** A board without panels: in UTC, since days and months are UTC days and months; linked to the others. */
export function boardFrame(name: BoardName, t: Texts, from: string): DashboardBuilder {
  const { title, description } = t.boards[name];
  const others = BOARDS.filter((other) => other !== name).map((other) =>
    new DashboardLinkBuilder(t.boards[other].title)
      .type(DashboardLinkType.Link)
      .url(`/d/${boardUid(other, t)}`)
      .icon('dashboard')
      .keepTime(true),
  );
  const marked = (
    label: string,
    events: 'invoices' | 'price_changes' | 'failed_syncs',
    shade: string,
  ): AnnotationQueryBuilder =>
    new AnnotationQueryBuilder()
      .name(label)
      .datasource(MARGINBOARD)
      .enable(false)
      .iconColor(shade)
      .target({ build: () => ({ refId: 'Anno', events, _implementsDataqueryVariant: () => undefined }) });
  return new DashboardBuilder(title)
    .uid(boardUid(name, t))
    .description(description)
    .tags(['marginboard', t.language])
    .timezone('utc')
    .editable()
    .tooltip(DashboardCursorSync.Crosshair)
    .time({ from, to: 'now' })
    .refresh('5m')
    .links([...others, toBilling(t).type(DashboardLinkType.Link).icon('doc')])
    .annotations([
      marked(t.invoicesMarked, 'invoices', '#5B7FDE'),
      // A price moves what the boards of costs and totals draw, and nothing that the others do.
      ...(name === 'business' || name === 'costs' ? [marked(t.pricesMarked, 'price_changes', '#A352CC')] : []),
      marked(t.failedSyncsMarked, 'failed_syncs', 'red'),
    ]);
}

/** A filter at the top: everything, or what the data source knows of that kind. */
export function choice(
  t: Texts,
  name: 'provider' | 'llm_provider',
  kind: 'providers' | 'llm_providers',
): QueryVariableBuilder {
  const variable = new QueryVariableBuilder(name)
    .label(name === 'provider' ? (t.fields['provider'] ?? name) : t.llmProvider)
    .datasource(MARGINBOARD)
    .query({ kind, refId: name })
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .includeAll(true)
    .current({ text: ['All'], value: ['$__all'] });
  // Repeated cards take several; a filter of the API takes one.
  return name === 'llm_provider'
    ? variable.multi(true)
    : variable.allValue('*').current({ text: 'All', value: '$__all' });
}
