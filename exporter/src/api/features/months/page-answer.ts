import { z } from 'zod';
import type { Role } from '../../../contract/datasets.ts';
import type { MonthStatement } from '../../../contract/months.ts';
import { titleOf } from '../../../contract/vendors.ts';
import { fallbackName } from '../../../llm/ranking/fallback-name.ts';
import { usersByCost } from '../../../llm/usage/users-by-cost.ts';
import { listMonths } from '../../../months/list-months.ts';
import { LANGUAGES, type Language } from '../../../months/page/language.ts';
import { PAGE_HEADERS } from '../../../months/page/style.ts';
import { statementPage, type StatementPage } from '../../../months/page/statement-page.ts';
import type { ApiDeps } from '../../deps.ts';
import { HttpProblem } from '../../http/problem.ts';
import type { Answered, Answering, ReadContext } from '../../reads/cached-reads.ts';
import { createPseudonyms } from '../../shared/pseudonym.ts';
import { lastCompleteDayOf } from '../../shared/provenance.ts';
import { emailsOf } from '../usage/emails-of.ts';
import { mustHaveBegun, readChanges, readMonth } from './read-month.ts';
import { monthName, statement, STATEMENT_VIEWS } from './schema.ts';

const MAX_USERS = 20;

export const pageInput = z.object({
  /** Default: the month of the last complete day. */
  month: monthName.optional(),
  view: z.enum(STATEMENT_VIEWS).optional(),
  lang: z.enum(LANGUAGES),
  signedIn: z.boolean(),
});

type PageDeps = Pick<ApiDeps, 'collectors' | 'emails' | 'log' | 'jwtSecret'>;

/** The month at a glance as a page. It costs what its datasets cost, and is cached as they are. */
export function monthPageAnswer(deps: PageDeps): Answering<typeof pageInput, PageParts> {
  const pseudonyms = createPseudonyms(deps.jwtSecret);
  return {
    operationId: 'monthPage',
    query: pageInput,
    read: ({ query, role, context }) => readPage(deps, context, query, role),
    async finish({ users, role, ...page }, { query }): Promise<Answered> {
      const ids = users.map(({ userId }) => userId);
      const emails = role === 'figures' ? new Map<string, string>() : await emailsOf(deps, ids);
      const named = users.map(({ userId, costUsd }) => ({
        name:
          role === 'figures' ? pseudonyms.nameFor(role, 'user', userId) : (emails.get(userId) ?? fallbackName(userId)),
        costUsd,
      }));
      const text = await statementPage({
        ...page,
        language: query.lang,
        navigation: { months: page.months, signedIn: query.signedIn },
        present: page.closed === undefined ? { users: named, lastSync: page.lastSync } : undefined,
      });
      return {
        content: { text, contentType: 'text/html; charset=utf-8', headers: PAGE_HEADERS },
        cacheable: role === 'figures' || deps.emails.pending?.(ids) !== true,
      };
    },
  };
}

type PageParts = Awaited<ReturnType<typeof readPage>>;

async function readPage(deps: PageDeps, context: ReadContext, query: z.output<typeof pageInput>, role: Role) {
  const month = query.month ?? (await defaultMonth(deps, context));
  mustHaveBegun(month, context.today);
  const { live, document, state, versions } = await readMonth(deps, context, month);
  const months = await listMonths(context.db, context.today);
  const newest = versions.at(-1);
  const isClosed = document !== undefined && query.view !== 'live';
  const shown: MonthStatement = isClosed ? statement.parse(JSON.parse(document)) : live;
  const period = { from: live.from, to: live.to };
  const { last_sync: lastSync } = await context.syncState();
  return {
    role,
    state,
    statement: shown,
    closed: isClosed ? newest : undefined,
    changes: document === undefined ? undefined : await readChanges(deps, context, month, role, live),
    months,
    users: isClosed ? [] : (await usersByCost(context.db, period, {}, MAX_USERS)).rows,
    lastSync: lastSync && {
      startedAt: lastSync.started_at,
      finishedAt: lastSync.finished_at,
      outcome: lastSync.outcome,
    },
    // A month without figures among others is shown as what it is.
    setup: hasFigures(live) || months.length > 1 ? undefined : setupOf(deps),
  };
}

function hasFigures({ figures, llmByMonth }: MonthStatement): boolean {
  return Object.values(figures).some((figure) => figure !== null) || llmByMonth.some(({ costUsd }) => costUsd !== null);
}

function setupOf(deps: PageDeps): { title: string; message: string | null }[] {
  return deps.collectors.settings().map(({ name, readiness }) => ({
    title: titleOf(name),
    message: readiness.outcome === 'ready' ? null : readiness.message,
  }));
}

/** A statement on its own, for a file or a mail: as it was closed where it was, else as it is known now. */
export async function statementDocument(
  deps: Pick<ApiDeps, 'collectors'>,
  context: ReadContext,
  query: { readonly month: string; readonly view: 'closed' | 'live' | undefined; readonly lang: Language },
  role: Role,
): Promise<StatementPage> {
  const { live, document, state, versions } = await readMonth(deps, context, query.month);
  if (document === undefined && query.view === 'closed') throw new HttpProblem(404, `${query.month} is not closed.`);
  const isClosed = document !== undefined && query.view !== 'live';
  return {
    language: query.lang,
    state,
    statement: isClosed ? statement.parse(JSON.parse(document)) : live,
    closed: isClosed ? versions.at(-1) : undefined,
    changes: document === undefined ? undefined : await readChanges(deps, context, query.month, role, live),
    present: undefined,
    navigation: undefined,
  };
}

/** On the first days of a month the last complete day belongs to the month before. */
async function defaultMonth(deps: PageDeps, context: ReadContext): Promise<string> {
  const last = lastCompleteDayOf(deps, await context.syncState());
  return (last ?? context.today).slice(0, 7);
}
