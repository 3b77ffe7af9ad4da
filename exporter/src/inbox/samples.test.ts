import { expect, it } from 'vitest';
import { INBOX_NOW, invoiceMail, testInbox } from '../../test/inbox.ts';
import { useInvoices } from '../../test/invoices.ts';
import { claimMailbox, forgetConnections, noteConnection, releaseMailbox } from './imap/cursor.ts';
import { inboxSamples } from './samples.ts';

const books = useInvoices(INBOX_NOW);
const seconds = Date.parse(INBOX_NOW) / 1_000;
const of = async (name: string) =>
  (await inboxSamples(books.pool(), '2026-03-15'))
    .filter((one) => one.name === name)
    .map(({ labels, value }) => [labels['state'] ?? labels['source'], value]);

it('the gauges are absent until something is known, and again when nothing waits', async () => {
  expect(await inboxSamples(books.pool(), '2026-03-15')).toEqual([]);
  const inbox = testInbox(books);
  const mail = { source: 'webhook', bytes: invoiceMail(), location: null, receivedAt: new Date(0) } as const;
  const { id } = await inbox.storeMail(mail);
  expect(await of('inbox_mails')).toContainEqual(['ready', 1]);
  // Since it was stored: a mailbox that is read for the first time holds mails of years.
  expect(await of('inbox_oldest_undecided_timestamp_seconds')).toEqual([['webhook', seconds]]);
  await inbox.dismissInboxRow(id, { author: 'ann' });
  expect(await of('inbox_mails')).toEqual(
    expect.arrayContaining([
      ['ready', 0],
      ['dismissed', 1],
    ]),
  );
  expect(await of('inbox_oldest_undecided_timestamp_seconds')).toEqual([]);
});

it('the last connection is known from the first one on, until no mailbox is read', async () => {
  const lease = { mailbox: 'ann@mail.test/INBOX', owner: 'a', leaseMs: 60_000 };
  await claimMailbox(books.pool(), lease);
  expect(await of('inbox_last_connection_timestamp_seconds')).toEqual([]);
  await noteConnection(books.pool(), lease, new Date(INBOX_NOW));
  await forgetConnections(books.pool(), null);
  expect(await of('inbox_last_connection_timestamp_seconds')).toEqual([['imap', seconds]]);
  await releaseMailbox(books.pool(), lease);
  await forgetConnections(books.pool(), lease.mailbox);
  expect(await of('inbox_last_connection_timestamp_seconds')).toEqual([['imap', seconds]]);
  await forgetConnections(books.pool(), null);
  expect(await of('inbox_last_connection_timestamp_seconds')).toEqual([]);
});
