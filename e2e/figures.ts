import { expect, type APIRequestContext } from '@playwright/test';
import { z } from 'zod';

export const APP = 'marginboard-business-app';
export const PAGE = `/a/${APP}/invoices`;
export const DATA = '/api/datasources/proxy/uid/marginboard';
export const WRITE = `/api/plugin-proxy/${APP}`;

const costs = z.object({ data: z.array(z.object({ day: z.string(), totalUsd: z.string().nullable() })) });
const history = z.object({
  data: z.array(z.object({ id: z.string(), provider: z.string(), createdBy: z.string(), current: z.boolean() })),
});

const cents = (usd: string | null): number =>
  usd === null ? 0 : Number(usd.replace('.', '').slice(0, usd.indexOf('.') + 2));

/** All costs of `[from, to)` in cents, read through the data source as any panel does. */
export async function totalCents(request: APIRequestContext, from: string, to: string): Promise<number> {
  const answer = await request.get(`${DATA}/metrics/infrastructure-costs?from=${from}&to=${to}`);
  return costs.parse(await answer.json()).data.reduce((sum, row) => sum + cents(row.totalUsd), 0);
}

export async function entriesOf(
  request: APIRequestContext,
  provider: string,
): Promise<z.output<typeof history>['data']> {
  const answer = await request.get(`${WRITE}/admin/billing-adjustments?limit=500`);
  return history.parse(await answer.json()).data.filter((row) => row.provider === provider);
}

const now = new Date();

/** A UTC day of the month that lies `months` from the running one; day 0 is the last one of the month before. */
function dayAt(months: number, day: number): string {
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + months, day)).toISOString().slice(0, 10);
}

/** The closed month that lies `ago` months back, as the form has it. */
export const pastMonth = (ago: number): { readonly from: string; readonly to: string; readonly last: string } => ({
  from: dayAt(-ago, 1),
  to: dayAt(1 - ago, 1),
  last: dayAt(1 - ago, 0),
});
export const lastMonth = () => pastMonth(1);

const today = now.getUTCDate();

/** Parameters of the API: the last days or months, the running one included. */
export const lastDays = (days: number): string => `from=${dayAt(0, today + 1 - days)}&to=${dayAt(0, today + 1)}`;
export const lastMonths = (months: number): string => `from=${dayAt(1 - months, 1)}&to=${dayAt(0, today + 1)}`;

/** The exporter's own answer below `/metrics/`, beside what a board shows. */
export async function answer<Schema extends z.ZodType>(
  request: APIRequestContext,
  address: string,
  schema: Schema,
): Promise<z.output<Schema>> {
  const response = await request.get(`${DATA}/metrics/${address}`);
  expect(response.ok(), address).toBe(true);
  return schema.parse(await response.json());
}
