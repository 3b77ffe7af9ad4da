import type { BillingAdjustmentRow } from '../../../exporter/src/contract/billing.ts';
import { BILLING_PATHS } from '../../../exporter/src/contract/billing.ts';
import { storedInvoice } from './billing-rows.ts';
import { sendTo } from './backend.ts';
import { startLoopbackServer, type LoopbackServer, type ReceivedRequest, type Reply } from './loopback-server.ts';

export type Answers = (request: ReceivedRequest) => Reply | undefined;

/** An exporter with these invoices; `answers` has precedence over the default responses. */
export async function startBillingServer(
  rows: readonly BillingAdjustmentRow[] = [],
  answers: Answers = () => undefined,
): Promise<LoopbackServer> {
  const server = await startLoopbackServer((request) => answers(request) ?? ownAnswer(request, rows));
  sendTo(server.url);
  return server;
}

function ownAnswer({ method, path }: ReceivedRequest, rows: readonly BillingAdjustmentRow[]): Reply {
  const [bare = ''] = path.split('?');
  if (method === 'GET')
    return { body: bare === BILLING_PATHS.history ? { data: rows, nextCursor: null } : { data: [] } };
  if (bare.endsWith('/preview'))
    return {
      body: {
        data: [
          {
            month: '2026-03',
            provider: 'supabase',
            beforeUsd: null,
            afterUsd: '25',
            totalBeforeUsd: '100',
            totalAfterUsd: '125',
          },
        ],
        warnings: [],
      },
    };
  return { status: 201, body: { data: [storedInvoice()], warnings: [] } };
}

/** RFC 9457 problem details, as the exporter returns them for an invalid field. */
export const refusal = (status: number, title: string, members: object = {}): Reply => ({
  status,
  body: { type: 'about:blank', title, status, ...members },
});
