import { config } from '@grafana/runtime';
import type { ProposedStatement } from '../../../exporter/src/contract/imports.ts';
import {
  INBOX_PATHS,
  OPEN_STATES,
  type InboxAnswer,
  type InboxConfirmAnswer,
  type InboxConfirmManyAnswer,
  type InboxRowAnswer,
  type InboxState,
} from '../../../exporter/src/contract/inbox.ts';
import { proxyUrl } from '../shared/addresses.ts';
import { send, withId } from '../shared/exporter.ts';

const MAX_WAITING = 200;
const MAX_DECIDED = 50;
const DECIDED = ['confirmed', 'dismissed', 'duplicate', 'not_an_invoice'] as const satisfies readonly InboxState[];

export interface InboxMails {
  readonly waiting: InboxAnswer;
  readonly decided: InboxAnswer['data'];
}

const listOf = (states: readonly InboxState[], limit: number): Promise<InboxAnswer> =>
  send('GET', `${INBOX_PATHS.list}?${states.map((state) => `state=${state}`).join('&')}&limit=${limit}`);

/** The mails that wait, and the last ones that do not. */
export async function inboxMails(): Promise<InboxMails> {
  const [waiting, decided] = await Promise.all([listOf(OPEN_STATES, MAX_WAITING), listOf(DECIDED, MAX_DECIDED)]);
  return { waiting, decided: decided.data };
}

/** Without `statements` as they are proposed. */
export const confirmMail = (id: string, statements?: readonly ProposedStatement[]): Promise<InboxConfirmAnswer> =>
  send('POST', withId(INBOX_PATHS.confirm, id), statements === undefined ? {} : { statements });
export const confirmMails = (ids: readonly string[]): Promise<InboxConfirmManyAnswer> =>
  send('POST', INBOX_PATHS.confirmMany, { ids });
export const dismissMail = (id: string, reason: string): Promise<InboxRowAnswer> =>
  send('POST', withId(INBOX_PATHS.dismiss, id), { reason });
export const undoMail = (id: string): Promise<InboxRowAnswer> => send('POST', withId(INBOX_PATHS.undo, id), {});

/** Where the browser downloads the mail itself, with Grafana's own session. */
export const mailUrl = (id: string): string => `${config.appSubUrl}${proxyUrl(withId(INBOX_PATHS.document, id))}`;
