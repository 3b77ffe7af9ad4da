import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startApi, type TestApi } from '../../../../test/api-server.ts';
import { dataOf, enterOne, ENTRY, HISTORY, MARCH, monthOf, post } from '../../../../test/billing.ts';
import { createTestDatabase, type TestDatabase } from '../../../../test/database.ts';
import { emptyBooks } from '../../../../test/invoices.ts';
import { BILLING_PATHS } from '../../../contract/billing.ts';
import type { CostSource } from '../../../contract/providers.ts';
import { daysOf } from '../../../money/days.ts';
import { spreadCentsOverDays } from '../../../money/allocation.ts';
import { formatMicros, microsToCents, parseMicros } from '../../../money/micros.ts';
import { replaceLedger } from '../../../ledger/replace-rows.ts';
import { entryAnswer, previewAnswer } from './schema.ts';

let database: TestDatabase;
let api: TestApi;
beforeAll(async () => {
  database = await createTestDatabase();
  api = await startApi(database.url);
});
beforeEach(() => emptyBooks(database.pool));
afterAll(async () => {
  await api.close();
  await database.drop();
});

const PREVIEW = `/api/v1${BILLING_PATHS.preview}`;
const DAYS = daysOf('2026-03-01', '2026-04-01');

async function march(source: CostSource, components: Readonly<Record<string, string>>): Promise<void> {
  const rows = Object.entries(components).flatMap(([component, month]) =>
    [...spreadCentsOverDays(microsToCents(parseMicros(month)), '2026-03-01', '2026-04-01')].map(([day, amount]) => ({
      day,
      component,
      amountUsd: formatMicros(amount),
    })),
  );
  await replaceLedger(database.pool, 'supabase', source, DAYS, rows);
}

interface Case {
  readonly name: string;
  /** What is known already of March, by source and component. */
  readonly known: Readonly<Partial<Record<CostSource, Readonly<Record<string, string>>>>>;
  /** Invoices of March: component and amount. */
  readonly entered: readonly (readonly [component: string, amount: string])[];
  readonly total: string;
  /** Whether the last entry warns that it comes on top of the whole. */
  readonly warns: boolean;
}

const CASES: readonly Case[] = [
  {
    name: 'on top of a fixed price it adds',
    known: { fixed: { all: '600.00' } },
    entered: [['backups', '5.00']],
    total: '605.00',
    warns: true,
  },
  {
    name: 'on top of an estimate it adds',
    known: { estimate: { all: '25.00' } },
    entered: [['backups', '5.00']],
    total: '30.00',
    warns: true,
  },
  {
    name: 'it replaces its own component of a worse source, and no other',
    known: { api_usage: { compute: '40.00', backups: '4.00' } },
    entered: [['backups', '5.00']],
    total: '45.00',
    warns: false,
  },
  {
    name: 'it replaces its own component where a better list of components replaced the whole',
    known: { api_usage: { all: '90.00' }, api_invoice: { compute: '80.00', backups: '8.00' } },
    entered: [['backups', '5.00']],
    total: '85.00',
    warns: false,
  },
  {
    name: 'it does not bring back a whole that the only listed component replaced',
    known: { fixed: { all: '90.00' }, api_invoice: { backups: '8.00' } },
    entered: [['backups', '5.00']],
    total: '5.00',
    warns: false,
  },
  {
    name: 'two components add up with the fixed price',
    known: { fixed: { all: '600.00' } },
    entered: [
      ['backups', '5.00'],
      ['compute', '7.00'],
    ],
    total: '612.00',
    warns: true,
  },
  {
    name: 'an invoice of the whole replaces the fixed price, and the component adds up with it',
    known: { fixed: { all: '600.00' } },
    entered: [
      ['all', '580.00'],
      ['backups', '5.00'],
    ],
    total: '585.00',
    warns: true,
  },
  {
    name: 'alone it is all there is',
    known: {},
    entered: [['backups', '5.00']],
    total: '5.00',
    warns: false,
  },
];

describe('an invoice of one component', () => {
  it.each(CASES)('$name', async ({ known, entered, total, warns }) => {
    if (known.api_usage !== undefined) await march('api_usage', known.api_usage);
    if (known.api_invoice !== undefined) await march('api_invoice', known.api_invoice);
    if (known.fixed !== undefined) await march('fixed', known.fixed);
    if (known.estimate !== undefined) await march('estimate', known.estimate);
    const before = await monthOf(api, '2026-03', 'supabaseUsd');
    for (const [index, [component, amount]] of entered.entries()) {
      const body = { ...MARCH, component, amount };
      const preview = previewAnswer.parse((await post(api, PREVIEW, body)).json);
      const stored = entryAnswer.parse((await post(api, ENTRY, body)).json);
      if (index < entered.length - 1) continue;
      expect(preview.data[0]?.afterUsd).toBe(total);
      const codes = warns ? ['component_on_whole'] : [];
      expect(preview.warnings.map(({ code }) => code)).toEqual(codes);
      expect(stored.warnings.map(({ code }) => code)).toEqual(codes);
    }
    expect(await monthOf(api, '2026-03', 'supabaseUsd')).toBe(total);
    expect(await monthOf(api, '2026-03', 'supabaseUsd', '&view=as_booked&asOf=2026-03-31')).toBe(total);
    for (const { id } of await dataOf(api, `${HISTORY}?view=current`))
      expect((await post(api, `${HISTORY}/${String(id)}/void`, { reason: 'test' })).status).toBe(201);
    expect(await monthOf(api, '2026-03', 'supabaseUsd')).toBe(before);
  });

  it('names what it is added to', async () => {
    await march('fixed', { all: '600.00' });
    const { warnings } = entryAnswer.parse(
      (await post(api, ENTRY, { ...MARCH, component: 'backups', amount: '5.00' })).json,
    );
    expect(warnings[0]?.message).toMatch(/5\.00 USD for backups comes on top of 600\.00 USD .* \(fixed\)/);
    await enterOne(api, { ...MARCH, component: 'compute', amount: '5.00', additional: true });
  });
});
