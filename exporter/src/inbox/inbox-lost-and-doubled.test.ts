import { beforeEach, expect, it } from 'vitest';
import { emptyInbox, INBOX_NOW, invoiceMail, listedMail, reasonCodes, SIGNED, testInbox } from '../../test/inbox.ts';
import { useInvoices } from '../../test/invoices.ts';
import { makeMail } from '../../test/mail.ts';
import { invoicePage, makePdf } from '../../test/pdf.ts';
import type { ProposedStatement } from '../contract/imports.ts';
import type { InboxEntry } from '../contract/inbox.ts';
import type { Inbox } from './inbox.ts';

const books = useInvoices(INBOX_NOW);
let inbox: Inbox;
beforeEach(async () => {
  await emptyInbox(books);
  inbox = testInbox(books);
});

const BY = { author: 'ann' };
let uid = 0;

async function deliver(bytes: Buffer, mailbox = 'ann@mail.test/INBOX'): Promise<string> {
  const location = { mailbox, uidValidity: '1', uid: String((uid += 1)) };
  return (await inbox.storeMail({ source: 'imap', bytes, location, receivedAt: new Date(INBOX_NOW) })).id;
}

const rowOf = (id: string): Promise<InboxEntry> => listedMail(inbox, id);

async function confirmWith(id: string, ...edits: Partial<ProposedStatement>[]): Promise<void> {
  const { statements } = await rowOf(id);
  const edited = statements.map((one, index) => ({ ...one, ...edits[index] }));
  await inbox.confirmInboxRow(id, { ...BY, edited });
}

const ACME = { vendor: 'Acme Hosting GmbH', from: 'Acme <billing@supabase.example>' };
const MARCH = { provider: 'supabase', periodStart: '2026-03-01', periodEnd: '2026-04-01', amount: '31.00' };

/** A monthly fee in advance, the usage of the month before in arrears. */
function twoPeriods(number: string, date: string, fee: string, usage: string): Buffer {
  const page = invoicePage({
    head: [
      ['Invoice number', number],
      ['Date of issue', date],
    ],
    vendor: 'Supabase Pte Ltd',
    lines: [
      { description: 'Pro Plan', amount: '$25.00', period: fee },
      { description: 'Usage', amount: '$12.00', period: usage },
    ],
    totals: [
      ['Subtotal', '$37.00'],
      ['Total', '$37.00'],
      ['Amount due', '$37.00 USD'],
    ],
  });
  const mail = makeMail({ subject: 'Invoice', text: 'Attached.', attachments: [['i.pdf', makePdf([page])]] });
  return Buffer.concat([Buffer.from(`${SIGNED}\r\n`), mail]);
}

it('an invoice whose number was corrected is not booked again from a second mail or from a copy', async () => {
  const first = await deliver(invoiceMail());
  const copy = await deliver(invoiceMail(), 'ann@mail.test/Archive');
  await confirmWith(first, { invoiceNumber: 'FIXED-1' });
  const second = await deliver(invoiceMail({ subject: 'Reminder' }));
  expect(await rowOf(second)).toMatchObject({
    state: 'needs_attention',
    reasons: [{ code: 'same_invoice', detail: first }],
  });
  expect(await inbox.confirmInboxRows([second], BY)).toMatchObject([{ outcome: 'refused' }]);
  await expect(inbox.confirmInboxRow(copy, BY)).rejects.toThrow(`copy of mail ${first}, which is confirmed`);
});

it('a duplicate of an entry that was voided waits again', async () => {
  const { rows } = await books.enter({ ...MARCH, invoiceNumber: 'ABC123DE-0007' });
  const id = await deliver(invoiceMail());
  expect((await rowOf(id)).state).toBe('duplicate');
  const ids = rows.map((one) => one.id);
  await books.service().voidAll(ids, 'typed wrongly', 'ann', (_, write) => write());
  const row = await rowOf(id);
  expect([row.state, reasonCodes(row)]).toEqual(['needs_attention', ['conflict']]);
});

it('a duplicate of a mail whose confirmation was undone waits again', async () => {
  const first = await deliver(invoiceMail());
  await inbox.confirmInboxRow(first, BY);
  const second = await deliver(invoiceMail({ subject: 'Again' }));
  expect((await rowOf(second)).state).toBe('duplicate');
  await inbox.undoInboxDecision(first, BY);
  await inbox.dismissInboxRow(first, BY);
  expect((await rowOf(second)).state).toBe('needs_attention');
});

it('a period corrected on a monthly invoice leaves a yearly one as it was read, and is a question on a monthly one', async () => {
  const first = await deliver(invoiceMail({ number: 'A-1', period: 'Feb 1 – Mar 1, 2026' }));
  await confirmWith(first, { periodStart: '2026-03-01', periodEnd: '2026-04-01' });
  const year = { number: 'A-2', period: 'Mar 1, 2026 – Mar 1, 2027', amount: '$1200.00', vendor: 'Supabase Pte Ltd' };
  const yearly = await rowOf(await deliver(invoiceMail(year)));
  expect(yearly.statements).toMatchObject([{ periodStart: '2026-03-01', periodEnd: '2027-03-01' }]);
  const monthly = await rowOf(await deliver(invoiceMail({ number: 'A-3', period: 'Feb 1 – Mar 1, 2026' })));
  expect(monthly).toMatchObject({ state: 'needs_attention', statements: [{ periodStart: '2026-03-01' }] });
  expect(monthly.reasons).toContainEqual({
    code: 'read_warning',
    field: 'periodStart',
    detail: 'periodStart was read as 2026-02-01; the last correction of this vendor makes it 2026-03-01.',
  });
});

it('of an invoice with two statements nothing is remembered', async () => {
  const first = await deliver(twoPeriods('S-1', 'February 1, 2026', 'Feb 1 – Mar 1, 2026', 'Jan 1 – Feb 1, 2026'));
  const moved = { component: 'base', periodStart: '2026-01-01', periodEnd: '2026-02-01' };
  await confirmWith(first, moved, { component: 'usage' });
  const second = await deliver(twoPeriods('S-2', 'March 1, 2026', 'Mar 1 – Apr 1, 2026', 'Feb 1 – Mar 1, 2026'));
  const { statements, corrected } = await rowOf(second);
  expect(corrected).toEqual([]);
  expect(statements.map(({ component, periodStart }) => [component, periodStart])).toEqual([
    [null, '2026-03-01'],
    [null, '2026-02-01'],
  ]);
});

it('undo takes back what the confirmation taught', async () => {
  const first = await deliver(invoiceMail({ number: 'A-1', period: 'Feb 1 – Mar 1, 2026' }));
  await confirmWith(first, { provider: 'wrong', component: 'oops' });
  await inbox.undoInboxDecision(first, BY);
  await inbox.dismissInboxRow(first, BY);
  const next = await rowOf(await deliver(invoiceMail({ number: 'A-2' })));
  expect(next).toMatchObject({ corrected: [], statements: [{ provider: 'supabase', component: null }] });
});

it('a ready mail waits for a look once something is entered that it would come on top of', async () => {
  const taught = await deliver(invoiceMail({ ...ACME, number: 'A-1', period: 'Feb 1 – Mar 1, 2026' }));
  await confirmWith(taught, { provider: 'acme', component: 'base' });
  const id = await deliver(invoiceMail({ ...ACME, number: 'A-2' }));
  expect((await rowOf(id)).state).toBe('ready');
  await books.enter({ ...MARCH, provider: 'acme', invoiceNumber: 'WHOLE' });
  expect((await rowOf(id)).state).toBe('needs_attention');
  expect(await inbox.confirmInboxRows([id], BY)).toMatchObject([{ outcome: 'refused' }]);
});

it('bulk confirms only what was proposed when it began', async () => {
  const taught = await deliver(invoiceMail({ ...ACME, number: 'G-0', period: 'Jan 1 – Feb 1, 2026' }));
  await confirmWith(taught, { provider: 'acme' });
  const one = await deliver(invoiceMail({ ...ACME, number: 'G-1', period: 'Feb 1 – Mar 1, 2026' }));
  expect((await rowOf(one)).state).toBe('ready');
  // Another administrator's correction, after this one's page was read.
  await books.pool().query(`UPDATE vendor_corrections SET fields = '{"provider":"globex"}'`);
  const [outcome] = await inbox.confirmInboxRows([one], BY);
  expect(outcome).toMatchObject({
    outcome: 'refused',
    message: expect.stringContaining(`mail ${one} proposes something else now: look at it again`),
  });
});

it.each([
  ['a total of nothing', { amount: '$0.00' }, 'amount'],
  ['a period a year later', { period: 'Apr 1, 2027 – May 1, 2027' }, 'periodStart'],
  ['a period ten years ago', { period: 'Mar 1, 2016 – Apr 1, 2016' }, 'periodStart'],
])('%s is never ready', async (_, options, field) => {
  const row = await rowOf(await deliver(invoiceMail(options)));
  expect(row.state).toBe('needs_attention');
  expect(row.reasons.map((one) => one.field)).toContain(field);
});
