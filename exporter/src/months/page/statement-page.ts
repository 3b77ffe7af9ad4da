import type { LastSync } from '../../contract/datasets.ts';
import type {
  MonthAnswer,
  MonthChangesAnswer,
  MonthListAnswer,
  MonthStatement,
  MonthVersion,
} from '../../contract/months.ts';
import { changesTable } from './changes-table.ts';
import { chartDrawer, type DrawChart } from './charts.ts';
import { cards, gaps, mrrMovements, provenance, type Wording } from './figures.ts';
import { formatsOf } from './format.ts';
import { html, type Html } from './html.ts';
import type { Language } from './language.ts';
import {
  costsByProvider,
  llmByMonth,
  requestsByProvider,
  revenueVsCosts,
  tokensByModel,
  topUsers,
  type PageUser,
} from './panels.ts';
import { documentOf, type Frame } from './document.ts';
import { fill, textsOf } from './texts.ts';

export interface StatementPage {
  readonly language: Language;
  readonly state: MonthAnswer['state'];
  /** What is shown: the frozen statement, or the figures as they are known now. */
  readonly statement: MonthStatement;
  /** The version that is shown; undefined where the figures are those of now. */
  readonly closed: Pick<MonthVersion, 'version' | 'sha256' | 'at'> | undefined;
  readonly changes: Pick<MonthChangesAnswer, 'figures' | 'changes'> | undefined;
  /** Of the moment, so never part of a closed statement. */
  readonly present: { readonly users: readonly PageUser[]; readonly lastSync: LastSync | null } | undefined;
  /** Where there is no figure of any month yet: what the settings say about each provider. */
  readonly setup?: readonly { readonly title: string; readonly message: string | null }[] | undefined;
  /** For a page with navigation; a statement on its own has none. */
  readonly navigation: { readonly months: MonthListAnswer['data']; readonly signedIn: boolean } | undefined;
}

/** The month at a glance, or its closed statement: one HTML document without script and without any request. */
export async function statementPage(page: StatementPage): Promise<string> {
  const { language, statement } = page;
  const t = textsOf(language);
  const wording: Wording = { t, f: formatsOf(language) };
  const draw = await chartDrawer();
  const title = page.setup === undefined ? titleOf(page, wording) : t.empty;
  return documentOf({
    language,
    title,
    demo: statement.demo,
    navigation: navigationOf(page, wording),
    body: page.setup === undefined ? bodyOf(page, title, wording, draw) : emptyOf(page.setup, page, wording),
  } satisfies Frame);
}

function titleOf({ closed, statement }: StatementPage, { t, f }: Wording): string {
  return fill(closed === undefined ? t.title : t.statementTitle, { month: f.month(statement.month) });
}

function bodyOf(
  { statement, changes, present, ...page }: StatementPage,
  title: string,
  wording: Wording,
  draw: DrawChart,
): Html {
  return html`<h1>${title}</h1>
    ${stateOf({ statement, ...page }, wording)} ${cards(statement, wording)}
    ${changes === undefined ? null : changesTable(changes, wording)} ${gaps(statement, wording)}
    ${revenueVsCosts(statement, wording, draw)} ${costsByProvider(statement, wording, draw)}
    ${provenance(statement, wording)} ${mrrMovements(statement, wording)}
    ${present === undefined ? null : topUsers(present.users, wording, draw)} ${tokensByModel(statement, wording, draw)}
    ${requestsByProvider(statement, wording)} ${llmByMonth(statement, wording, draw)}
    ${present === undefined ? null : lastSyncOf(present.lastSync, wording)}`;
}

/** The first start: what is to be set, in the words of the doctor. */
function emptyOf(setup: NonNullable<StatementPage['setup']>, { present }: StatementPage, wording: Wording): Html {
  const { t } = wording;
  const rows = setup.map(
    ({ title, message }) =>
      html`<tr>
        <th scope="row">${title}</th>
        <td>${message ?? t.configured}</td>
      </tr>`,
  );
  return html`<h1>${t.empty}</h1>
    <p>${t.emptyHint}</p>
    <h2>${t.setting}</h2>
    <table>
      <tbody>
        ${rows}
      </tbody>
    </table>
    ${lastSyncOf(present?.lastSync ?? null, wording)}`;
}

function stateOf(
  { state, statement, closed, navigation, language }: Omit<StatementPage, 'changes' | 'present'>,
  { t, f }: Wording,
): Html {
  const { from, to, month } = statement;
  const other = closed === undefined ? 'closed' : 'live';
  return html`<p>${t.state[state]} ${to > from ? fill(t.through, { period: f.period(from, to) }) : t.noDay}</p>
    ${closed === undefined ? null : html`<p class="note">${fill(t.closedAt, { at: f.time(closed.at), version: closed.version })} <code>${closed.sha256}</code></p>`}
    ${navigation !== undefined && state === 'closed' ? html`<p class="screen"><a href="/months/${month}?view=${other}&lang=${language}">${closed === undefined ? t.seeClosed : t.seeLive}</a></p>` : null}`;
}

function navigationOf({ navigation, statement, language }: StatementPage, { t, f }: Wording): Html | undefined {
  if (navigation === undefined) return undefined;
  const other: Language = language === 'en' ? 'fr' : 'en';
  const links = navigation.months
    .slice(0, 13)
    .map(({ month }) =>
      month === statement.month
        ? html`<a href="/months/${month}?lang=${language}" aria-current="page">${f.shortMonth(month)}</a>`
        : html`<a href="/months/${month}?lang=${language}">${f.shortMonth(month)}</a>`,
    );
  return html`<nav aria-label="${t.months}">
    ${links}<a href="/months/${statement.month}?lang=${other}" lang="${other}" hreflang="${other}"
      >${t.otherLanguage}</a
    >
    <a href="/status">${t.status}</a
    >${navigation.signedIn ? html`<a href="/sign-in?lang=${language}">${t.signOut}</a>` : null}
  </nav>`;
}

function lastSyncOf(lastSync: LastSync | null, { t, f }: Wording): Html {
  const words = lastSync === null ? t.noSync : `${f.time(lastSync.finishedAt)}: ${t.outcome[lastSync.outcome]}.`;
  return html`<section>
    <h2>${t.lastSync}</h2>
    <p>${words}</p>
  </section>`;
}
