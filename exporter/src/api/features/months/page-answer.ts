import { z } from 'zod';
import type { Role } from '../../../contract/datasets.ts';
import type { MonthStatement } from '../../../contract/months.ts';
import { fallbackName } from '../../../llm/ranking/fallback-name.ts';
import { usersByCost } from '../../../llm/usage/users-by-cost.ts';
import { listMonths } from '../../../months/list-months.ts';
import { LANGUAGES } from '../../../months/page/language.ts';
import { PAGE_HEADERS } from '../../../months/page/style.ts';
import { statementPage } from '../../../months/page/statement-page.ts';
import type { ApiDeps } from '../../deps.ts';
import type { Answering, Answered, ReadContext } from '../../reads/cached-reads.ts';
import { createPseudonyms } from '../../shared/pseudonym.ts';
import { lastCompleteDayOf, readProvenance } from '../../shared/provenance.ts';
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
  const newest = versions.at(-1);
  const isClosed = document !== undefined && query.view !== 'live';
  const shown: MonthStatement = isClosed ? statement.parse(JSON.parse(document)) : live;
  const period = { from: live.from, to: live.to };
  const { lastSync } = await readProvenance(deps, context, { ...period, revenue: true });
  return {
    role,
    state,
    statement: shown,
    closed: isClosed ? newest : undefined,
    changes: document === undefined ? undefined : await readChanges(deps, context, month, role),
    months: await listMonths(context.db, context.today),
    users: isClosed ? [] : (await usersByCost(context.db, period, {}, MAX_USERS)).rows,
    lastSync,
  };
}

/** On the first days of a month the last complete day belongs to the month before. */
async function defaultMonth(deps: PageDeps, context: ReadContext): Promise<string> {
  const last = lastCompleteDayOf(deps, await context.syncState());
  return (last ?? context.today).slice(0, 7);
}
