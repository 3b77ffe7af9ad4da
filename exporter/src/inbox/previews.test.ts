import { beforeEach, expect, it, vi } from 'vitest';
import { emptyInbox, INBOX_NOW, invoiceMail, testInbox } from '../../test/inbox.ts';
import { useInvoices } from '../../test/invoices.ts';

const books = useInvoices(INBOX_NOW);
beforeEach(() => emptyInbox(books));

/** An inbox of so many mails that are ready, and the previews that it has asked for. */
async function inboxOf(mails: number) {
  const service = books.service();
  const preview = vi.spyOn(service, 'previewStatements');
  const inbox = testInbox(books, { invoices: service });
  const ids: string[] = [];
  for (let number = 1; number <= mails; number += 1) {
    const bytes = invoiceMail({ number: `A-${number}`, subject: `Invoice ${number}` });
    const mail = {
      source: 'webhook',
      bytes,
      location: null,
      receivedAt: new Date(INBOX_NOW),
      judgeLater: true,
    } as const;
    ids.push((await inbox.storeMail(mail)).id);
  }
  await inbox.judgeInbox();
  // Judging changed the data.
  await inbox.judgeInbox();
  preview.mockClear();
  return { inbox, ids, preview };
}

it('what nothing has changed is previewed once, however often it is counted and listed', async () => {
  const { inbox, preview } = await inboxOf(2);
  await inbox.countInbox();
  const before = await inbox.listInbox({ limit: 10 });
  expect(await inbox.listInbox({ limit: 10 })).toEqual(before);
  expect(preview).not.toHaveBeenCalled();
  const backups = { provider: 'supabase', component: 'backups', amount: '5.00' };
  await books.enter({ ...backups, periodStart: '2026-03-01', periodEnd: '2026-04-01' });
  const { data } = await inbox.listInbox({ limit: 10 });
  expect(data.map(({ effect }) => effect?.months?.[0]?.beforeUsd)).toEqual(['5.00', '5.00']);
  expect(preview).toHaveBeenCalledTimes(2);
});

it('what is refused is refused once for the same data', async () => {
  await books.enter({
    provider: 'supabase',
    invoiceNumber: 'A-1',
    periodStart: '2026-03-01',
    periodEnd: '2026-04-01',
    amount: '30.00',
  });
  const { inbox, preview } = await inboxOf(1);
  for (const _ of [1, 2])
    expect((await inbox.listInbox({ limit: 10 })).data).toMatchObject([
      { state: 'needs_attention', effect: { months: null, refusal: expect.stringContaining('is stored already') } },
    ]);
  expect(preview).toHaveBeenCalledTimes(1);
});

it('confirming many tries each once, not all that are left each time', async () => {
  const { inbox, ids, preview } = await inboxOf(5);
  const outcomes = await inbox.confirmInboxRows(ids, { author: 'ann' });
  expect(outcomes.map(({ outcome }) => outcome)).toEqual(ids.map(() => 'confirmed'));
  expect(preview.mock.calls.length).toBeLessThanOrEqual(5);
});
