import { beforeEach, expect, it } from 'vitest';
import { emptyInbox, INBOX_NOW, invoiceMail, invoicePdf, SIGNED, testInbox } from '../../test/inbox.ts';
import { useInvoices } from '../../test/invoices.ts';
import { makeMail } from '../../test/mail.ts';

const books = useInvoices(INBOX_NOW);
beforeEach(() => emptyInbox(books));

async function stateOf(bytes: Buffer): Promise<string | undefined> {
  const inbox = testInbox(books);
  await inbox.storeMail({ source: 'webhook', bytes, location: null, receivedAt: new Date(INBOX_NOW) });
  return (await inbox.listInbox({ limit: 10 })).data[0]?.state;
}

// Postgres stores neither NUL nor half of a character: a mail that cannot be stored would stop all those behind it.
it.each([
  ['a message id', ['Message-ID: =?utf-8?Q?a=00b?=', SIGNED]],
  ['a raw message id', ['Message-ID: <a\0b@x.example>', SIGNED]],
  ['a trace', [SIGNED, 'Received: from a\0b by mail.test; x']],
  ['another header', [SIGNED, 'X-Other: a\0b']],
])('is stored and ready with NUL in %s', async (_, headers) => {
  expect(await stateOf(invoiceMail({ headers }))).toBe('ready');
});

it('is stored where a name is cut within a character', async () => {
  const attachments = [[`${'x'.repeat(119)}😀.pdf`, invoicePdf()]] as const;
  const mail = makeMail({ subject: 'Your invoice', text: 'It is attached.', attachments });
  expect(await stateOf(Buffer.concat([Buffer.from(`${SIGNED}\r\n`), mail]))).toBe('ready');
});

it.each([
  ['two addresses', 'a@supabase.example b@evil.example'],
  ['two angle addresses', '<a@supabase.example> <b@evil.example>'],
  ['an address within an address', '<<a@supabase.example>b@evil.example>'],
  ['an address as a name', 'a@supabase.example <b@evil.example>'],
])('trusts nobody where the sender is %s', async (_, from) => {
  expect(await stateOf(invoiceMail({ from }))).toBe('needs_attention');
});

it.each(['Your invoices are available', 'Receipts for March', 'Factures de mars', 'Monatsrechnung März'])(
  'is for a person where only the subject says that it is an invoice: %s',
  async (subject) => {
    expect(await stateOf(makeMail({ subject, text: 'See your account.' }))).toBe('needs_attention');
  },
);
