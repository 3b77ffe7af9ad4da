import { isRecord } from '../shared/problem.ts';
import type { EventKind } from './types.ts';

/** One mark on a panel. */
export interface BusinessEvent {
  readonly time: number;
  readonly title: string;
  readonly text: string;
  readonly tags: readonly string[];
}

export type Translate = (key: string, values?: Readonly<Record<string, string | number>>) => string;

/** Where an annotation's rows come from. Invoices have no filter by time: their history is short. */
export function eventsAddress(kind: EventKind, days: { readonly from: string; readonly to: string }): string {
  switch (kind) {
    case 'failed_syncs':
      return `metrics/sync-logs?from=${days.from}&limit=500&outcome=failed&to=${days.to}`;
    case 'invoices':
      return 'admin/billing-adjustments?limit=500';
  }
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The rows of an answer as marks, those outside `[fromMs, toMs]` left out. */
export function eventsOf(kind: EventKind, answer: unknown, within: { readonly fromMs: number; readonly toMs: number }, translate: Translate, provider = ''): BusinessEvent[] {
  const data = isRecord(answer) ? answer['data'] : undefined;
  const rows: readonly unknown[] = Array.isArray(data) ? data : [];
  return rows
    .filter(isRecord)
    .filter((row) => provider === '' || row['provider'] === provider || row['collector'] === provider)
    .map((row) => (kind === 'invoices' ? invoiceEvent(row, translate) : syncEvent(row, translate)))
    .filter((event) => event.time >= within.fromMs && event.time <= within.toMs);
}

function invoiceEvent(row: Readonly<Record<string, unknown>>, translate: Translate): BusinessEvent {
  const action = textOf(row['action']);
  const values = { provider: textOf(row['provider']), amount: textOf(row['amount']), currency: textOf(row['currency']), author: textOf(row['createdBy']), from: textOf(row['periodStart']), to: textOf(row['periodEnd']) };
  const why = textOf(row['reason']) || textOf(row['notes']);
  return { time: Date.parse(textOf(row['createdAt'])), title: translate(`events.${action}`, values), text: [translate('events.invoice-text', values), why].filter((line) => line !== '').join('\n'), tags: ['invoice', values.provider] };
}

function syncEvent(row: Readonly<Record<string, unknown>>, translate: Translate): BusinessEvent {
  const collector = textOf(row['collector']);
  return { time: Date.parse(textOf(row['startedAt'])), title: translate('events.failed-sync', { collector }), text: textOf(row['message']) || textOf(row['reason']), tags: ['sync', collector] };
}
