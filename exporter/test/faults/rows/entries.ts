import { deflateSync } from 'node:zlib';
import { expect } from 'vitest';
import { z } from 'zod';
import { makePdf, pageOf } from '../../pdf.ts';
import { ENTRY, HISTORY, invoice } from '../requests.ts';
import { unharmed } from '../stage.ts';
import { tokenOf, type System } from '../system.ts';
import type { FaultRow } from '../table.ts';

const problem = z.object({ status: z.number(), errors: z.array(z.object({ field: z.string() })).optional() });

const upload =
  (system: System, bytes: Uint8Array, type: string) => async (): Promise<{ status: number; text: string }> => {
    const answer = await fetch(`${system.url}${HISTORY}/import`, {
      method: 'POST',
      headers: { 'content-type': type, authorization: `Bearer ${await tokenOf('admin')}` },
      body: new Blob([bytes.slice()]),
    });
    return { status: answer.status, text: await answer.text() };
  };

export const entryRows: readonly FaultRow[] = [
  {
    id: 36,
    fault:
      'invoice form: NaN, 1e308, negative without credit, HTML and SQL in notes, 1 MB note, 50 entries at once, ' +
      'same entry twice',
    expected: 'clear 4xx naming the field; stored text is inert; nothing doubled',
    on: [],
    cases: {
      'entries of every kind': async (stage) => {
        const running = await stage.shared();
        const { system, database } = running;
        const post = (body: unknown) => system.ask(ENTRY, { method: 'POST', body });
        await unharmed(running, async () => {
          for (const [field, body] of [
            ['amount', { ...invoice, amount: 'NaN' }],
            ['amount', { ...invoice, amount: '1e308' }],
            ['amount', { ...invoice, amount: 1e308 }],
            ['amount', { ...invoice, amount: '-1.00' }],
            ['amount', { ...invoice, amount: null }],
            ['notes', { ...invoice, notes: 'a'.repeat(90_000) }],
            ['supabaseUsd', { billingDate: '2026-02-01', supabaseUsd: 'NaN' }],
            ['periodEnd', { ...invoice, periodEnd: '2026-02-30' }],
          ] as const) {
            const { status, json, text } = await post(body);
            expect(status, text).toBe(400);
            expect(
              problem.parse(json).errors?.map((error) => error.field),
              text,
            ).toContain(field);
          }
          expect([400, 413]).toContain((await post({ ...invoice, notes: 'a'.repeat(1_048_576) })).status);
        });
        const notes = `<script>alert(1)</script>'); DROP TABLE manual_billing_adjustments; -- "é\n=cmd|' /C calc'!A0`;
        const answers = await Promise.all(
          Array.from({ length: 50 }, () => post({ ...invoice, invoiceNumber: 'A-1', notes })),
        );
        expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array<number>(49).fill(409)]);
        expect((await post({ ...invoice, invoiceNumber: 'A-1', notes })).status).toBe(409);
        expect((await database.pool.query('SELECT notes FROM manual_billing_adjustments')).rows).toEqual([{ notes }]);
        const history = await system.ask(HISTORY);
        expect([history.headers.get('content-type'), history.json]).toMatchObject([
          expect.stringMatching(/^application\/json/),
          { data: [{ notes, invoiceNumber: 'A-1' }] },
        ]);
        expect((await system.ask('/')).text).not.toContain('<script');
        expect((await system.ask('/export/focus.csv')).text).not.toMatch(/^[=+@-]cmd|,=cmd|"=cmd/m);
      },
    },
  },
  {
    id: 37,
    fault:
      'upload: 20 MB file, a zip bomb, a PDF with no text, a CSV with a wrong header, CRLF, BOM, semicolons, ' +
      'decimal commas',
    expected: 'refused or previewed with reasons; nothing stored before it is confirmed',
    on: [],
    cases: {
      'files of every kind': async (stage) => {
        const running = await stage.shared();
        const { system } = running;
        const page = pageOf([
          'Invoice',
          [
            [330, 'Total'],
            [480, '$5.00'],
          ],
        ]);
        await unharmed(running, async () => {
          const refused: [string, number, Uint8Array, string][] = [
            ['20 MB', 413, Buffer.alloc(20 * 1024 * 1024), 'application/pdf'],
            [
              'a zip bomb',
              422,
              makePdf([page], {
                rawContent: {
                  bytes: deflateSync(deflateSync(Buffer.alloc(80_000_000))),
                  filter: '[/FlateDecode /FlateDecode]',
                },
              }),
              'application/pdf',
            ],
            ['no text', 422, makePdf([[]]), 'application/pdf'],
            ['a wrong header', 422, Buffer.from('when;how much\r\n1;2\r\n'), 'text/csv'],
            ['a zip', 415, Buffer.from('PK\u0003\u0004'), 'application/zip'],
          ];
          for (const [name, status, bytes, type] of refused) {
            const answer = await upload(system, bytes, type)();
            expect(answer.status, `${name}: ${answer.text.slice(0, 300)}`).toBe(status);
            expect(answer.text, name).toMatch(/"detail":"\w{3}/);
          }
          const csv =
            '\uFEFFprovider;period_start;period_end;amount;currency\r\nhetzner;2026-02-01;2026-03-01;1.234,50;EUR\r\n';
          const preview = await upload(system, Buffer.from(csv), 'text/csv')();
          expect(preview.status, preview.text).toBe(200);
          expect(JSON.parse(preview.text)).toMatchObject({
            statements: [{ provider: 'hetzner', amount: '1234.50', currency: 'EUR' }],
          });
        });
      },
    },
  },
];
