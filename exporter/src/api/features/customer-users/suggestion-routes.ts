import { REFERENCE_PATHS } from '../../../contract/reference-data.ts';
import { linkMany, type LinksEffect } from '../../../customers/link-many.ts';
import { linkSuggestions, rejectLinks, unlinkedMoney } from '../../../customers/suggestions.ts';
import { dayOf } from '../../../money/days.ts';
import type { ApiDeps } from '../../deps.ts';
import { jsonBody, noBody } from '../../http/body.ts';
import { route, type Route } from '../../http/route.ts';
import { periodOf } from '../../shared/period.ts';
import { noParams, noQuery } from '../../shared/schemas.ts';
import { emailsOf } from '../usage/emails-of.ts';
import { manyLinks, manyLinksBody, rejection, rejectionBody, suggestions, suggestionsQuery } from './schema.ts';

const DEFAULT_DAYS = 30;
const common = { tag: 'Customers and users', params: noParams } as const;

/** Ends a transaction without storing anything. */
class Preview extends Error {
  readonly effect: LinksEffect;
  constructor(effect: LinksEffect) {
    super('a preview');
    this.effect = effect;
  }
}

export function suggestionRoutes(deps: ApiDeps): Route[] {
  return [
    route({
      ...common,
      method: 'get',
      roles: ['admin', 'viewer'],
      path: REFERENCE_PATHS.linkSuggestions,
      operationId: 'suggestLinks',
      summary: 'Links between users and customers that e-mail or metadata suggest, and what is unlinked in money',
      description:
        'Of users with usage in the period that no customer pays for. By e-mail without regard to capitals, and by the ' +
        "metadata of Stripe's customers (STRIPE_USER_METADATA). Where several match, nothing is suggested and it is " +
        `said. Without \`from\` and \`to\`: the last ${DEFAULT_DAYS} days, today included.`,
      query: suggestionsQuery,
      body: noBody,
      answers: { 200: { description: 'Suggestions, most expensive user first.', schema: suggestions } },
      async handle({ query }) {
        const period = periodOf(query, dayOf(await deps.clock.now()), DEFAULT_DAYS);
        const money = await unlinkedMoney(deps.pool, period);
        const emails = await emailsOf(
          deps,
          money.users.map(({ userId }) => userId),
        );
        const emailOf = (userId: string): string | null =>
          [emails.get(userId) ?? '', userId].find((text) => text.includes('@')) ?? null;
        return { status: 200, json: await linkSuggestions(deps.pool, period, money, emailOf) };
      },
    }),
    route({
      ...common,
      method: 'post',
      roles: ['admin'],
      path: REFERENCE_PATHS.manyLinks,
      operationId: 'putCustomerUsers',
      summary: 'Stores several links at once, or says what they would change',
      description:
        `Each as \`PUT ${REFERENCE_PATHS.customerUsers}\`, all or none. The answer has the rows of margin-by-customer ` +
        `of the last ${DEFAULT_DAYS} days that change; with \`dryRun\` nothing is stored.`,
      query: noQuery,
      body: jsonBody(manyLinksBody, { required: true }),
      answers: { 200: { description: 'What changes, before and after.', schema: manyLinks } },
      async handle({ body, caller }) {
        const now = await deps.clock.now();
        const period = periodOf({}, dayOf(now), DEFAULT_DAYS);
        const effect = await deps
          .transaction(async (tx) => {
            const found = await linkMany(tx, body.links, period, { now, by: caller.subject });
            if (body.dryRun === true) throw new Preview(found);
            return found;
          })
          .catch((error: unknown) => {
            if (error instanceof Preview) return error.effect;
            throw error;
          });
        return { status: 200, json: { applied: body.dryRun !== true, ...effect } };
      },
    }),
    route({
      ...common,
      method: 'post',
      roles: ['admin'],
      path: REFERENCE_PATHS.rejectedLinks,
      operationId: 'rejectLinks',
      summary: 'Rejects suggested links',
      description: 'They are not suggested again. A link can still be stored by hand.',
      query: noQuery,
      body: jsonBody(rejectionBody, { required: true }),
      answers: { 200: { description: 'How many were new.', schema: rejection } },
      async handle({ body, caller }) {
        const now = await deps.clock.now();
        const rejected = await deps.transaction((tx) => rejectLinks(tx, body.links, { now, by: caller.subject }));
        return { status: 200, json: { rejected } };
      },
    }),
  ];
}
