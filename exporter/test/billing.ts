import { z } from 'zod';
import { expect } from 'vitest';
import { entryAnswer } from '../src/api/features/billing/schema.ts';
import { problemSchema } from '../src/api/http/problem.ts';
import type { Role } from '../src/contract/datasets.ts';
import { addMonths } from '../src/money/days.ts';
import { formatMicros, parseMicros, sumMicros } from '../src/money/micros.ts';
import type { Answer, TestApi } from './api-server.ts';

export const ENTRY = '/api/v1/admin/billing-adjustment';
export const HISTORY = '/api/v1/admin/billing-adjustments';

export function post(api: TestApi, path: string, body: unknown, role: Role = 'admin'): Promise<Answer> {
  return api.send('POST', path, { role, body: JSON.stringify(body) });
}

/** An entry for a whole month. */
export const MARCH = { provider: 'supabase', periodStart: '2026-03-01', periodEnd: '2026-04-01', amount: '100.00' };

type EntryRow = z.output<typeof entryAnswer>['data'][number];

/** The rows that an entry, a correction or a void stored. */
export function storedRows(answer: Answer): EntryRow[] {
  return entryAnswer.parse(answer.json).data;
}

/** Enters one invoice and gives its row; fails the test where it is refused. */
export async function enterOne(api: TestApi, body: object): Promise<EntryRow> {
  const answer = await post(api, ENTRY, body);
  expect(answer.status, answer.text).toBe(201);
  const [row] = storedRows(answer);
  if (row === undefined) throw new Error('no row');
  return row;
}

export function problemOf(answer: Answer): z.output<typeof problemSchema> {
  return problemSchema.parse(answer.json);
}

const list = z.object({ data: z.array(z.record(z.string(), z.unknown())) });

/** The rows of a list. */
export async function dataOf(api: TestApi, path: string): Promise<Record<string, unknown>[]> {
  return list.parse((await api.get(path, 'admin')).json).data;
}

export function costsOf(api: TestApi, from: string, to: string, more = ''): Promise<Record<string, unknown>[]> {
  return dataOf(api, `/api/v1/metrics/infrastructure-costs?from=${from}&to=${to}${more}`);
}

/** The sum of one field over the days of a month, from the API's answer; null where no day has a figure. */
export async function monthOf(api: TestApi, month: string, field: string, more = ''): Promise<string | null> {
  const rows = await costsOf(api, `${month}-01`, addMonths(`${month}-01`, 1), more);
  const amounts = rows.flatMap((row) => (typeof row[field] === 'string' ? [parseMicros(row[field])] : []));
  return amounts.length === 0 ? null : formatMicros(sumMicros(amounts));
}
