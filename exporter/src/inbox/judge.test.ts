import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PROPOSED } from '../../test/proposed-statement.ts';
import type { Found, ProposedStatement, ReadDocument, StatementCheck } from '../contract/imports.ts';
import { compareWaiting, judgeMail, type JudgedMail, type Verdict } from './judge.ts';
import { NOTHING_READ, type Proposal } from './proposal.ts';

const found = (value: string, confidence: Found['confidence'] = 'high'): Found => ({ value, found: value, confidence });

const DOCUMENT: ReadDocument = {
  type: 'invoice',
  documentType: 'invoice',
  parts: ['attachment invoice.pdf'],
  vendor: found('Supabase Pte Ltd'),
  provider: found('supabase'),
  invoiceNumber: found('A-1'),
  receiptNumber: null,
  billingDate: found('2026-03-01'),
  currency: found('USD'),
  periodStart: found('2026-03-01', 'medium'),
  periodEnd: found('2026-04-01', 'medium'),
  subtotal: null,
  tax: null,
  total: found('31.00'),
  amountDue: null,
  amountPaid: null,
  lines: [],
  linesMatchTotal: true,
};
const PROPOSAL: Proposal = {
  ...NOTHING_READ,
  documents: [DOCUMENT],
  origins: [{ document: 0, row: null }],
  read: [PROPOSED],
  statements: [PROPOSED],
};
const CHECK: StatementCheck = { status: 'new', message: null, problems: [], existing: null, document: 0, row: null };
const READY: JudgedMail = {
  from: 'billing@supabase.example',
  subject: 'Your invoice',
  sender: { trusted: true, signed: true, evidence: 'dkim=pass' },
  proposal: PROPOSAL,
  checks: [CHECK],
};

const withDocument = (change: Partial<ReadDocument>): JudgedMail => ({
  ...READY,
  proposal: { ...PROPOSAL, documents: [{ ...DOCUMENT, ...change }] },
});
const withStatement = (change: Partial<ProposedStatement>): JudgedMail => ({
  ...READY,
  proposal: { ...PROPOSAL, statements: [{ ...PROPOSED, ...change }] },
});

/** Every single thing that makes a look necessary. */
const DOUBTS: readonly (readonly [string, JudgedMail])[] = [
  ...(['provider', 'invoiceNumber', 'billingDate', 'currency', 'total', 'periodStart', 'periodEnd'] as const).flatMap(
    (field) => [
      [`${field} read with doubt`, withDocument({ [field]: found(DOCUMENT[field]?.value ?? '', 'low') })] as const,
    ],
  ),
  ...(['provider', 'invoiceNumber', 'billingDate', 'currency', 'amount', 'periodStart', 'periodEnd'] as const).map(
    (field) => [`no ${field}`, withStatement({ [field]: null })] as const,
  ),
  ['lines that do not add up', withDocument({ linesMatchTotal: false })],
  [
    'a warning',
    { ...READY, proposal: { ...PROPOSAL, warnings: [{ code: 'documents_differ', message: 'They differ.' }] } },
  ],
  [
    'an attachment that was not read',
    { ...READY, proposal: { ...PROPOSAL, warnings: [{ code: 'attachment_encrypted', message: 'x' }] } },
  ],
  ['a conflict', { ...READY, checks: [{ ...CHECK, status: 'conflict', message: 'Stored with other figures.' }] }],
  [
    'a field that is refused',
    { ...READY, checks: [{ ...CHECK, status: 'invalid', problems: [{ field: 'amount', message: 'is negative' }] }] },
  ],
  ['an unknown sender', { ...READY, sender: { ...READY.sender, trusted: false } }],
  ['an unsigned sender', { ...READY, sender: { ...READY.sender, signed: false } }],
  ['no trusted senders set', { ...READY, sender: { trusted: null, signed: null, evidence: null } }],
];

describe('a mail is ready', () => {
  it('where nothing is in doubt', () => {
    expect(judgeMail(READY)).toEqual({ state: 'ready', reasons: [] });
  });

  it.each(DOUBTS)('not with %s', (_, mail) => {
    const { state, reasons } = judgeMail(mail);
    expect(state).toBe('needs_attention');
    expect(reasons.length).toBeGreaterThan(0);
  });

  it('with a doubtful value that the administrator corrected before', () => {
    const mail = withDocument({ provider: null });
    expect(judgeMail({ ...mail, proposal: { ...mail.proposal, corrected: ['provider'] } }).state).toBe('ready');
  });

  it('never without a reason for what it is not', () => {
    fc.assert(
      fc.property(fc.constantFrom(...DOUBTS), fc.boolean(), ([, mail], trusted) => {
        const verdict = judgeMail({ ...mail, sender: { ...mail.sender, trusted: trusted && mail.sender.trusted } });
        return verdict.state !== 'ready' && verdict.reasons.length > 0;
      }),
    );
  });
});

describe('mails that wait together', () => {
  const ready: Verdict = { state: 'ready', reasons: [] };
  const waiting = (id: string, change: Partial<ProposedStatement> = {}, verdict = ready) => ({
    id,
    statements: [{ ...PROPOSED, ...change }],
    verdict,
  });

  it('are never ready twice for one number', () => {
    const amount = fc.constantFrom('31.00', '31', '32.00');
    const number = fc.constantFrom('A-1', 'a 1', 'A-2');
    const provider = fc.constantFrom('supabase', 'Supabase Pte Ltd');
    const mails = fc.array(fc.record({ amount, invoiceNumber: number, provider }), { maxLength: 6 });
    fc.assert(
      fc.property(mails, (changes) => {
        const all = compareWaiting(changes.map((change, index) => waiting(String(index), change)));
        const numbers = all
          .filter(({ verdict }) => verdict.state === 'ready')
          .map(({ statements }) => statements[0]?.invoiceNumber?.replaceAll(/[\s-]/g, '').toLowerCase());
        expect(new Set(numbers).size).toBe(numbers.length);
      }),
    );
  });

  it('are duplicates of the first that is ready, not of one that needs a look', () => {
    const doubtful: Verdict = {
      state: 'needs_attention',
      reasons: [{ code: 'unsigned_sender', field: null, detail: 'x' }],
    };
    const all = compareWaiting([waiting('1', {}, doubtful), waiting('2'), waiting('3')]);
    expect(all.map(({ verdict, duplicateOf }) => [verdict.state, duplicateOf])).toEqual([
      ['needs_attention', null],
      ['ready', null],
      ['duplicate', '2'],
    ]);
  });
});
