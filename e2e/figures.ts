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

/** The last closed month, as the form has it. */
export function lastMonth(now = new Date()): { readonly from: string; readonly to: string; readonly last: string } {
  const iso = (date: Date): string => date.toISOString().slice(0, 10);
  return {
    from: iso(new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1, 1))),
    to: iso(new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1))),
    last: iso(new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 0))),
  };
}

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
