import { z } from 'zod';
import { INBOX_PATHS, type InboxRow, type InboxSource } from '../../../contract/inbox.ts';
import type { Inbox } from '../../../inbox/inbox.ts';
import { storedRows } from '../../../invoices/history.ts';
import type { AuthorOf } from '../../auth/grafana-id.ts';
import type { ApiDeps } from '../../deps.ts';
import { jsonBody, noBody } from '../../http/body.ts';
import { HttpProblem } from '../../http/problem.ts';
import { route, type JsonReply, type Route } from '../../http/route.ts';
import { fileReply, orUnreadable } from '../../shared/file-reply.ts';
import { noParams, noQuery } from '../../shared/schemas.ts';
import { orProblem } from '../billing/refusals.ts';
import {
  confirmAnswer,
  confirmBody,
  confirmManyAnswer,
  confirmManyBody,
  countAnswer,
  dismissBody,
  inboxAnswer,
  inboxQuery,
  mailParams,
  proposedOf,
  rowAnswer,
} from './schema.ts';

export interface InboxRouteParts {
  readonly inbox: Inbox;
  readonly authorOf: AuthorOf;
}

const DEFAULT_LIMIT = 100;
const admin = { tag: 'Inbox', roles: ['admin'] } as const;
const write = { ...admin, method: 'post', query: noQuery } as const;
const CONFLICT = { 409: { description: 'Its state, or what is stored, is in the way; `detail` says what.' } } as const;

/** Mails with invoices: what each would change, and the click that enters it. */
export function inboxRoutes({ settings }: Pick<ApiDeps, 'settings'>, { inbox, authorOf }: InboxRouteParts): Route[] {
  const sources: InboxSource[] = [
    ...(settings.INVOICE_IMAP_URL === undefined ? [] : (['imap'] as const)),
    ...(takesWebhooks(settings) ? (['webhook'] as const) : []),
  ];
  return [
    route({
      ...admin,
      method: 'get',
      path: INBOX_PATHS.list,
      operationId: 'listInbox',
      params: noParams,
      query: inboxQuery,
      body: noBody,
      summary: 'Mails that may hold an invoice, newest first',
      description:
        'Each with its state, the reasons for it in codes, what was read and how surely, and what confirming it would ' +
        `change, by the preview of the ledger. ${DEFAULT_LIMIT} unless \`limit\` says otherwise.`,
      answers: { 200: { description: 'One row a mail.', schema: inboxAnswer } },
      async handle({ query }) {
        const { data, nextCursor } = await inbox.listInbox({
          states: query.state,
          limit: query.limit ?? DEFAULT_LIMIT,
          before: query.cursor,
        });
        return { status: 200, json: { data, nextCursor, sources } };
      },
    }),
    route({
      ...admin,
      roles: ['admin', 'viewer'],
      method: 'get',
      path: INBOX_PATHS.count,
      operationId: 'countInbox',
      params: noParams,
      query: noQuery,
      body: noBody,
      summary: 'How many mails have each state',
      answers: { 200: { description: 'A count for each state; nothing of the mails.', schema: countAnswer } },
      handle: async () => ({ status: 200, json: { data: await inbox.countInbox() } }),
    }),
    route({
      ...write,
      path: INBOX_PATHS.confirm,
      operationId: 'confirmMail',
      params: mailParams,
      body: jsonBody(confirmBody, { required: false, large: true }),
      summary: 'Enters the invoice of a mail, as it is proposed or as it was corrected',
      description:
        'Refused as a typed invoice would be. Confirming twice enters once. What `statements` correct is remembered ' +
        'for the vendor and proposed for its next invoice.',
      answers: { 201: { description: 'The mail and the stored entries.', schema: confirmAnswer }, ...CONFLICT },
      async handle({ params, body, caller, request }) {
        const author = await authorOf(request, caller);
        const { row, stored } = await orProblem(
          inbox.confirmInboxRow(params.id, {
            author,
            note: body.note,
            edited: body.statements?.map(proposedOf),
          }),
        );
        const entries = stored === undefined ? [] : storedRows(stored);
        return { status: 201, json: { data: row, entries, warnings: stored?.warnings ?? [] } };
      },
    }),
    route({
      ...write,
      path: INBOX_PATHS.confirmMany,
      operationId: 'confirmMails',
      params: noParams,
      body: jsonBody(confirmManyBody, { required: true }),
      summary: 'Enters the invoices of mails that are ready, each by itself',
      description: 'What is not ready (any more), or refused, does not hold the others up: each id has its outcome.',
      answers: { 200: { description: 'One outcome for each id.', schema: confirmManyAnswer } },
      async handle({ body, caller, request }) {
        const author = await authorOf(request, caller);
        return { status: 200, json: { data: await inbox.confirmInboxRows(body.ids, { author }) } };
      },
    }),
    route({
      ...write,
      path: INBOX_PATHS.dismiss,
      operationId: 'dismissMail',
      params: mailParams,
      body: jsonBody(dismissBody, { required: true }),
      summary: 'Puts a mail away: nothing of it is entered',
      answers: { 200: { description: 'The mail.', schema: rowAnswer }, ...CONFLICT },
      async handle({ params, body, caller, request }) {
        const author = await authorOf(request, caller);
        return reply(await orProblem(inbox.dismissInboxRow(params.id, { author, note: body.reason })));
      },
    }),
    route({
      ...write,
      path: INBOX_PATHS.undo,
      operationId: 'undoMail',
      params: mailParams,
      body: jsonBody(z.strictObject({}), { required: false }),
      summary: 'Takes a decision back: a confirmed mail has its entries voided and waits again',
      answers: { 200: { description: 'The mail.', schema: rowAnswer }, ...CONFLICT },
      async handle({ params, caller, request }) {
        const author = await authorOf(request, caller);
        return reply(await orProblem(inbox.undoInboxDecision(params.id, { author })));
      },
    }),
    route({
      ...admin,
      method: 'get',
      audited: true,
      path: INBOX_PATHS.document,
      operationId: 'openMail',
      params: mailParams,
      query: noQuery,
      body: noBody,
      summary: 'The mail itself',
      description: 'Byte for byte as it came, for download only. Noted in the audit log.',
      answers: {
        200: { description: 'The mail.', contentType: 'message/rfc822', schema: z.string() },
        404: { description: 'There is no such mail, or it is not stored.' },
        409: { description: 'It cannot be decrypted: DOCUMENT_KEY is another one, or the row is damaged.' },
      },
      async handle({ params }) {
        const document = await orUnreadable(orProblem(inbox.inboxDocument(params.id)));
        if (document === undefined)
          throw new HttpProblem(404, `Mail ${params.id} itself is not stored: that needs DOCUMENT_KEY.`);
        return fileReply({ ...document, fileName: document.fileName ?? `mail-${params.id}.eml` });
      },
    }),
  ];
}

type WebhookSettings = Pick<
  ApiDeps['settings'],
  'INBOUND_MAIL_SECRET' | 'INBOUND_MAILGUN_KEY' | 'INBOUND_SES_TOPIC_ARN'
>;

function takesWebhooks({ INBOUND_MAIL_SECRET, INBOUND_MAILGUN_KEY, INBOUND_SES_TOPIC_ARN }: WebhookSettings): boolean {
  return [INBOUND_MAIL_SECRET, INBOUND_MAILGUN_KEY, INBOUND_SES_TOPIC_ARN].some((one) => one !== undefined);
}

function reply(row: InboxRow): JsonReply {
  return { status: 200, json: { data: row } };
}
