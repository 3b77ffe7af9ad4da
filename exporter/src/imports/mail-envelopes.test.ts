import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCertificate } from '../../test/certificate.ts';
import { invoicePdf } from '../../test/inbox.ts';
import { makeMail } from '../../test/mail.ts';
import { readMailBytes } from './read-bytes.ts';
import { parseMail } from './mail.ts';
import { envelopeOf } from './mail-envelope.ts';

const PDF = invoicePdf();
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'marginboard-smime-'));
  makeCertificate('signer', folder);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What OpenSSL makes of a mail's content. */
function smime(...parameters: readonly string[]): Buffer {
  const inner = makeMail({ text: 'Attached.', attachments: [['invoice.pdf', PDF]] }).toString('latin1');
  writeFileSync(join(folder, 'inner'), inner.slice(inner.indexOf('MIME-Version')), 'latin1');
  const [cert, key] = [join(folder, 'signer.crt'), join(folder, 'signer.key')];
  const all = [
    'cms',
    ...parameters.map((one) => (one === 'CERT' ? cert : one === 'KEY' ? key : one)),
    '-in',
    join(folder, 'inner'),
  ];
  const made = spawnSync('openssl', all, { maxBuffer: 10_000_000 });
  if (made.status !== 0) throw new Error(String(made.stderr));
  const headers =
    'From: Supabase <billing@supabase.example>\nSubject: Your invoice\nDate: Mon, 02 Mar 2026 08:12:00 +0000\n';
  return Buffer.concat([Buffer.from(headers), made.stdout]);
}

const STATEMENT = { provider: 'supabase', invoiceNumber: 'ABC123DE-0007', amount: '31.00' };

describe('an invoice in an envelope', () => {
  it.each([
    ['S/MIME, signed beside', ['-sign', '-signer', 'CERT', '-inkey', 'KEY']],
    ['S/MIME, signed around', ['-sign', '-nodetach', '-signer', 'CERT', '-inkey', 'KEY']],
    ['S/MIME, signed around, of unknown length', ['-sign', '-nodetach', '-stream', '-signer', 'CERT', '-inkey', 'KEY']],
  ])('%s', async (_, parameters) => {
    const { statements, warnings } = await readMailBytes(smime(...parameters));
    expect(statements).toMatchObject([STATEMENT]);
    expect(warnings).toEqual([]);
  });

  it('that is encrypted says so', async () => {
    const other = makeRsa();
    const { statements, warnings } = await readMailBytes(smime('-encrypt', '-recip', other));
    expect(statements).toEqual([]);
    expect(warnings.map(({ code }) => code)).toContain('attachment_encrypted');
  });

  it('winmail.dat of Outlook', async () => {
    const mail = makeMail({ text: 'Attached.', attachments: [['winmail.dat', winmail('facture.pdf', PDF)]] });
    expect((await readMailBytes(mail)).statements).toMatchObject([STATEMENT]);
    const cut = makeMail({ text: 'x', attachments: [['winmail.dat', winmail('a.pdf', PDF).subarray(0, 500)]] });
    expect((await readMailBytes(cut)).warnings.map(({ code }) => code)).toContain('attachment_unreadable');
  });

  it('a mail in a mail', async () => {
    const inner = makeMail({ text: 'Attached.', attachments: [['invoice.pdf', PDF]] });
    const outer = makeMail({ subject: 'Fwd: invoice', text: 'See below.', attachments: [['invoice.eml', inner]] });
    expect((await readMailBytes(outer)).statements).toMatchObject([STATEMENT]);
  });
});

/** A certificate that something can be encrypted for. */
function makeRsa(): string {
  const cert = join(folder, 'rsa.crt');
  const parameters = [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-subj',
    '/CN=r',
    '-keyout',
    join(folder, 'rsa.key'),
    '-out',
    cert,
  ];
  spawnSync('openssl', parameters);
  return cert;
}

function winmail(name: string, bytes: Buffer): Buffer {
  const attribute = (id: number, data: Buffer): Buffer => {
    const head = Buffer.alloc(9);
    head.writeUInt8(2, 0);
    head.writeUInt32LE(id, 1);
    head.writeUInt32LE(data.length, 5);
    const sum = Buffer.alloc(2);
    sum.writeUInt16LE(data.reduce((total, byte) => (total + byte) & 0xffff, 0));
    return Buffer.concat([head, data, sum]);
  };
  return Buffer.concat([
    Buffer.from([0x78, 0x9f, 0x3e, 0x22, 1, 0]),
    attribute(0x00069002, Buffer.alloc(14)),
    attribute(0x00018010, Buffer.from(`${name}\0`)),
    attribute(0x0006800f, bytes),
  ]);
}

describe('the envelope of a mail', () => {
  const readEnvelope = async (bytes: Uint8Array) => envelopeOf(await parseMail(bytes));

  it('has the same hash by whichever way and with whatever encoding, and another at another time', async () => {
    const mail = makeMail({ text: 'Hello', attachments: [['invoice.pdf', PDF]] });
    const { sha256, messageId, from } = await readEnvelope(mail);
    expect([messageId, from]).toEqual([null, 'billing@supabase.example']);
    const relayed = Buffer.concat([Buffer.from('Received: from a by b\r\nMessage-ID: <1@b>\r\n'), mail]);
    expect(await readEnvelope(relayed)).toMatchObject({ sha256, messageId: '<1@b>' });
    const unix = Buffer.from(mail.toString('latin1').replaceAll('\r\n', '\n'), 'latin1');
    expect((await readEnvelope(unix)).sha256).toBe(sha256);
    const later = Buffer.from(mail.toString('latin1').replace('02 Mar', '03 Mar'), 'latin1');
    expect((await readEnvelope(later)).sha256).not.toBe(sha256);
  });

  it('has the trace headers from the top down, and no sender where there are two', async () => {
    const trace =
      'Authentication-Results: a; dkim=pass\r\nReceived: from x by y\r\nAuthentication-Results: b; none\r\n';
    const read = await readEnvelope(Buffer.concat([Buffer.from(trace), makeMail({ text: 'x' })]));
    expect(read.trace.map(({ value }) => value)).toEqual(['a; dkim=pass', 'from x by y', 'b; none']);
    const two = Buffer.concat([Buffer.from('From: a@evil.example\r\n'), makeMail({ text: 'x' })]);
    expect((await readEnvelope(two)).from).toBeNull();
    expect((await readEnvelope(makeMail({ from: '"Doe, Ann" <a@b.example>', text: 'x' }))).from).toBe('a@b.example');
  });
});
