import { beforeEach, describe, expect, it } from 'vitest';
import {
  emptyInbox,
  INBOX_NOW,
  invoiceMail,
  listedMail,
  reasonCodes,
  RULES,
  SIGNED,
  testInbox,
} from '../../test/inbox.ts';
import { useInvoices } from '../../test/invoices.ts';
import { makeMail } from '../../test/mail.ts';
import type { ProposedStatement } from '../contract/imports.ts';
import type { InboxEntry } from '../contract/inbox.ts';
import { CannotWrite } from '../database/writes/write-guard.ts';
import { dropOldDocuments } from '../invoices/documents/store.ts';
import type { Inbox } from './inbox.ts';

const books = useInvoices(INBOX_NOW);
let inbox: Inbox;
beforeEach(async () => {
  await emptyInbox(books);
  inbox = testInbox(books);
});

const BY = { author: 'ann' };
let uid = 0;

function deliver(bytes: Buffer, options: { mailbox?: string; uid?: number; uidValidity?: number } = {}) {
  const location = {
    mailbox: options.mailbox ?? 'ann@mail.test/INBOX',
    uidValidity: String(options.uidValidity ?? 1),
    uid: String(options.uid ?? (uid += 1)),
  };
  return inbox.storeMail({ source: 'imap', bytes, location, receivedAt: new Date(INBOX_NOW) });
}

async function rows(): Promise<readonly InboxEntry[]> {
  return (await inbox.listInbox({ limit: 100 })).data;
}

const rowOf = (id: string): Promise<InboxEntry> => listedMail(inbox, id);

async function entries(): Promise<unknown[]> {
  const { rows: found } = await books
    .pool()
    .query(
      `SELECT provider, invoice_number AS number, amount::float AS amount, action FROM manual_billing_adjustments ORDER BY id`,
    );
  return found;
}

describe('a mail with an invoice', () => {
  it('is ready where the sender is known and signed, and books nothing before a click', async () => {
    const { id } = await deliver(invoiceMail());
    const row = await rowOf(id);
    expect([row.state, row.reasons]).toEqual(['ready', []]);
    expect(row.sender).toEqual({ trusted: true, signed: true, evidence: 'dkim=pass header.d=supabase.example' });
    expect(row.statements[0]).toMatchObject({ provider: 'supabase', amount: '31.00', periodStart: '2026-03-01' });
    expect(row.effect?.months).toEqual([
      expect.objectContaining({ month: '2026-03', provider: 'supabase', beforeUsd: null, afterUsd: '31.00' }),
    ]);
    expect(await entries()).toEqual([]);
    expect(await inbox.countInbox()).toMatchObject({ ready: 1, needs_attention: 0 });
  });

  it('is entered by a click, once whatever happens', async () => {
    const { id } = await deliver(invoiceMail());
    const both = await Promise.all([inbox.confirmInboxRow(id, BY), inbox.confirmInboxRow(id, BY)]);
    expect(both.map(({ row }) => row.state)).toEqual(['confirmed', 'confirmed']);
    expect((await inbox.confirmInboxRow(id, BY)).stored).toBeUndefined();
    expect(await entries()).toEqual([{ provider: 'supabase', number: 'ABC123DE-0007', amount: 31, action: 'entry' }]);
    const row = await rowOf(id);
    expect([row.decidedBy, row.seriesIds.length, row.hasDocument, row.effect]).toEqual(['ann', 1, true, null]);
  });

  it('is one mail, whichever way it comes and however often it is read', async () => {
    const { id } = await deliver(invoiceMail(), { uid: 7 });
    expect(await deliver(invoiceMail(), { uid: 7 })).toEqual({ id, outcome: 'known' });
    const copy = await deliver(invoiceMail({ headers: ['Received: by other.test', SIGNED] }), {
      mailbox: 'ann@mail.test/Archive',
    });
    expect(copy.outcome).toBe('copy');
    const hook = {
      source: 'webhook',
      bytes: invoiceMail({ headers: [] }),
      location: null,
      receivedAt: new Date(),
    } as const;
    expect(await inbox.storeMail(hook)).toEqual({ id, outcome: 'known' });
    expect(await rowOf(copy.id)).toMatchObject({ state: 'duplicate', duplicateOf: id });
    // A new UIDVALIDITY gives every mail another number.
    expect(await deliver(invoiceMail(), { uid: 1, uidValidity: 2 })).toEqual({ id, outcome: 'known' });
    expect(await rows()).toHaveLength(2);
  });

  it('waits for a look where its number is stored with other figures, and is a duplicate where it is the same', async () => {
    await books.enter({
      provider: 'supabase',
      invoiceNumber: 'abc123de 0007',
      periodStart: '2026-03-01',
      periodEnd: '2026-04-01',
      amount: '30.00',
    });
    const { id } = await deliver(invoiceMail());
    expect(await rowOf(id)).toMatchObject({ state: 'needs_attention', reasons: [{ code: 'conflict' }] });
    await expect(inbox.confirmInboxRow(id, BY)).rejects.toThrow('is stored already');
    const other = await deliver(invoiceMail({ number: 'X-1', period: 'Apr 1 – May 1, 2026' }));
    expect((await rowOf(other.id)).state).toBe('ready');
    // Typed in by hand meanwhile.
    await books.enter({
      provider: 'supabase',
      invoiceNumber: 'X-1',
      periodStart: '2026-04-01',
      periodEnd: '2026-05-01',
      amount: '31.00',
    });
    expect(await rowOf(other.id)).toMatchObject({ state: 'duplicate', reasons: [{ code: 'stored_already' }] });
  });

  it('waits beside another that says other figures under its number, and is a duplicate of the same invoice', async () => {
    const first = await deliver(invoiceMail());
    const again = await deliver(invoiceMail({ subject: 'Your receipt' }));
    expect(await rowOf(again.id)).toMatchObject({ state: 'duplicate', duplicateOf: first.id });
    const forged = await deliver(invoiceMail({ amount: '$310.00' }));
    expect(reasonCodes(await rowOf(forged.id))).toContain('other_figures');
    expect(reasonCodes(await rowOf(first.id))).toContain('other_figures');
    await inbox.dismissInboxRow(forged.id, { ...BY, note: 'forged' });
    expect((await rowOf(first.id)).state).toBe('ready');
    // What waited behind a dismissed mail waits itself.
    await inbox.dismissInboxRow(first.id, BY);
    expect((await rowOf(again.id)).state).toBe('ready');
  });
});

describe('what needs a look', () => {
  it.each([
    ['nobody vouches for it', { headers: [] }, ['unsigned_sender']],
    ['another server vouches', { headers: [SIGNED.replace('mail.test', 'evil.test')] }, ['unsigned_sender']],
    ['the sender is unknown', { from: 'Supabase <billing@supabase.evil.example>' }, ['unknown_sender']],
    ['two senders', { from: 'a@supabase.example, b@evil.example' }, ['unknown_sender']],
    ['the lines do not add up', { total: '$41.00' }, ['lines_do_not_match']],
    ['the vendor is unknown', { vendor: 'Acme Hosting GmbH' }, ['field_unsure']],
  ])('%s', async (_, options, expected) => {
    const { id } = await deliver(invoiceMail(options));
    const row = await rowOf(id);
    expect([row.state, reasonCodes(row)]).toEqual(['needs_attention', expect.arrayContaining(expected)]);
  });

  it('is said in rows where nothing could be read', async () => {
    const broken = await deliver(
      makeMail({ subject: 'Invoice', attachments: [['invoice.pdf', Buffer.from('no pdf')]] }),
    );
    expect(await rowOf(broken.id)).toMatchObject({ state: 'needs_attention', reasons: [{ code: 'unreadable' }] });
    const link = await deliver(makeMail({ subject: 'Your invoice is available', text: 'Sign in to see it.' }));
    expect(reasonCodes(await rowOf(link.id))).toEqual(['behind_link']);
    const garbage = await deliver(Buffer.from([0, 1, 2, 255, 13, 10]));
    expect((await rowOf(garbage.id)).state).not.toBe('ready');
    const envelope = { messageId: '<a@b>', from: 'a@b.example', subject: 'Large', sentAt: null };
    const unread = {
      source: 'imap',
      location: null,
      envelope,
      size: 30 * 1024 * 1024,
      receivedAt: new Date(),
    } as const;
    const large = await inbox.storeUnread(unread);
    expect(await rowOf(large.id)).toMatchObject({ state: 'needs_attention', reasons: [{ code: 'too_large' }] });
    expect(await inbox.storeUnread(unread)).toEqual({ id: large.id, outcome: 'known' });
  });

  it('is not an invoice where nothing is owed', async () => {
    const news = await deliver(makeMail({ subject: 'News of March', text: 'We have a new logo.' }));
    expect(await rowOf(news.id)).toMatchObject({ state: 'not_an_invoice', reasons: [{ code: 'no_amount' }] });
    const reminder = await deliver(makeMail({ subject: 'Payment reminder', text: 'Invoice A-1\nAmount due: $31.00' }));
    expect(await rowOf(reminder.id)).toMatchObject({ state: 'not_an_invoice', reasons: [{ code: 'document_is' }] });
  });
});

describe('decisions', () => {
  it('are taken back, and taken again', async () => {
    const { id } = await deliver(invoiceMail());
    await inbox.confirmInboxRow(id, BY);
    expect((await inbox.undoInboxDecision(id, BY)).decidedBy).toBeNull();
    expect((await rowOf(id)).seriesIds).toEqual([]);
    await inbox.undoInboxDecision(id, BY);
    await inbox.confirmInboxRow(id, BY);
    expect((await entries()).map((one) => /entry|void|correction/.exec(JSON.stringify(one))?.[0])).toEqual([
      'entry',
      'void',
      'correction',
    ]);
    await inbox.undoInboxDecision(id, BY);
    await inbox.dismissInboxRow(id, { ...BY, note: 'not ours' });
    expect(await inbox.dismissInboxRow(id, BY)).toMatchObject({ state: 'dismissed', note: 'not ours' });
    await expect(inbox.confirmInboxRow(id, BY)).rejects.toThrow('was dismissed: undo that first');
    await expect(inbox.dismissInboxRow('999', BY)).rejects.toThrow('There is no mail 999');
  });

  it('of many each have their own outcome; only what is ready is confirmed', async () => {
    const good = await deliver(invoiceMail());
    const bad = await deliver(invoiceMail({ number: 'X-2', headers: [] }));
    expect(await inbox.confirmInboxRows([good.id, bad.id, '999', good.id], BY)).toEqual([
      { id: good.id, outcome: 'confirmed', message: null },
      { id: bad.id, outcome: 'refused', message: expect.stringContaining('is not ready any more') },
      { id: '999', outcome: 'refused', message: 'There is no mail 999.' },
    ]);
    expect(await entries()).toHaveLength(1);
  });

  it('remember what was corrected, and propose it for the next invoice of the vendor', async () => {
    const acme = { vendor: 'Acme Hosting GmbH', from: 'Acme <billing@supabase.example>' };
    const first = await deliver(invoiceMail({ ...acme, number: 'A-1' }));
    const read = (await rowOf(first.id)).statements[0];
    expect(read).toBeDefined();
    if (read === undefined) return;
    const edited: ProposedStatement = { ...read, provider: 'acme', component: 'servers' };
    await inbox.confirmInboxRow(first.id, { ...BY, edited: [edited] });
    const next = await deliver(invoiceMail({ ...acme, number: 'A-2', period: 'Apr 1 – May 1, 2026' }));
    const row = await rowOf(next.id);
    expect([row.state, row.corrected]).toEqual(['ready', ['provider', 'component']]);
    expect(row.statements[0]).toMatchObject({ provider: 'acme', component: 'servers' });
  });

  it('of edited fields are checked as typed ones', async () => {
    const { id } = await deliver(invoiceMail());
    const [read] = (await rowOf(id)).statements;
    if (read === undefined) throw new Error('nothing read');
    const wrong = { ...read, amount: '-31.00' };
    await expect(inbox.confirmInboxRow(id, { ...BY, edited: [wrong] })).rejects.toMatchObject({
      details: { errors: [{ field: 'statements.0.amount' }] },
    });
    expect(await entries()).toEqual([]);
  });
});

it('is shown while the database takes no writes', async () => {
  const { id } = await deliver(invoiceMail());
  const readOnly = testInbox(books, {
    transaction: () => Promise.reject(new CannotWrite({ cause: 'read_only', message: 'cannot write' })),
    invoices: {
      ...books.service(),
      previewStatements: () => Promise.reject(new CannotWrite({ cause: 'read_only', message: 'cannot write' })),
    },
  });
  await books.pool().query("UPDATE invoice_inbox SET state = 'new'");
  expect((await readOnly.listInbox({ limit: 10 })).data).toMatchObject([{ id, state: 'new', effect: null }]);
  expect(await readOnly.countInbox()).toMatchObject({ new: 1 });
});

describe('the mail itself', () => {
  it('is stored encrypted while it waits, and opened byte for byte', async () => {
    const bytes = invoiceMail();
    const { id } = await deliver(bytes);
    const news = await deliver(makeMail({ subject: 'News', text: 'A new logo.' }));
    const later = new Date(Date.parse(INBOX_NOW) + 40 * 86_400_000);
    expect(await dropOldDocuments(books.pool(), 3_650, later)).toBe(1);
    expect((await inbox.inboxDocument(id))?.bytes.equals(bytes)).toBe(true);
    expect(await inbox.inboxDocument(news.id)).toBeUndefined();
  });

  it('is not stored without a key', async () => {
    inbox = testInbox(books, { documentKey: undefined });
    const { id } = await deliver(invoiceMail());
    expect(await rowOf(id)).toMatchObject({ state: 'ready', hasDocument: false });
    expect((await inbox.confirmInboxRow(id, BY)).row.state).toBe('confirmed');
  });

  it('judges a sender who is trusted later', async () => {
    inbox = testInbox(books, { rules: { trustedSenders: [], authservId: undefined } });
    const { id } = await deliver(invoiceMail());
    expect(reasonCodes(await rowOf(id))).toEqual(['senders_not_set']);
    inbox = testInbox(books, { rules: RULES });
    expect((await rowOf(id)).state).toBe('ready');
  });
});
