import { existsSync, readFileSync } from 'node:fs';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { buildExporter } from '../built-exporter.ts';
import { openStage } from './stage.ts';
import { FAULT_TABLE } from './table.ts';

let stage: Awaited<ReturnType<typeof openStage>>;
beforeAll(async () => {
  await buildExporter();
  stage = await openStage();
  return () => stage.close();
}, 120_000);
afterEach(() => stage.endRow());

describe.each(FAULT_TABLE.map((row) => ({ ...row, name: `${row.id}: ${row.fault}` })))('row $name', ({ cases }) => {
  it.each(Object.entries(cases))(
    '%s',
    async (_name, run) => {
      await run(stage);
    },
    60_000,
  );
});

const DESIGN = new URL('../../../../shared/design/reliability.md', import.meta.url);

describe('the table', () => {
  it('has each row from 1 to 37 once, each with a case', () => {
    expect(FAULT_TABLE.map(({ id }) => id)).toEqual(Array.from({ length: 37 }, (_, index) => index + 1));
    for (const { id, cases } of FAULT_TABLE) expect(Object.keys(cases).length, String(id)).toBeGreaterThan(0);
  });

  it.skipIf(!existsSync(DESIGN))('has the rows of the design, in its words', () => {
    const words = (text: string): string => text.replaceAll('`', '').trim();
    const rows = [...readFileSync(DESIGN, 'utf8').matchAll(/^\| (\d+) \| (.+?) \| (.+?) \|$/gm)].map(
      ([, id, fault = '', expected = '']) => [Number(id), words(fault), words(expected)],
    );
    expect(FAULT_TABLE.map(({ id, fault, expected }) => [id, fault, expected])).toEqual(rows);
  });
});
