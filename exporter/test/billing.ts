import { z } from 'zod';
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
