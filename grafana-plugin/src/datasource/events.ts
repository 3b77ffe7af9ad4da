import { isRecord } from '../shared/problem.ts';
import type { EventKind } from './types.ts';

/** One annotation on a panel. */
export interface BusinessEvent {
  readonly time: number;
  readonly title: string;
  readonly text: string;
  readonly tags: readonly string[];
}

export type Translate = (key: string, values?: Readonly<Record<string, string | number>>) => string;

/** Where an annotation's rows come from. Invoices and prices have no filter by time: their history is short. */
export function eventsAddress(
  kind: EventKind,
  days: { readonly from: string; readonly to: string },
  customer = '',
): string {
  switch (kind) {
    case 'failed_syncs':
      return `metrics/sync-logs?from=${days.from}&limit=500&outcome=failed&to=${days.to}`;
    case 'invoices':
      return 'admin/billing-adjustments?limit=500';
    case 'price_changes':
      return 'admin/llm-prices';
    case 'largest_movements':
      return (
        `metrics/largest-movements?from=${days.from}&limit=20&to=${days.to}` +
        (customer === '' ? '' : `&customer=${encodeURIComponent(customer)}`)
      );
  }
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The rows of a response within `[fromMs, toMs]` as annotations. */
export function eventsOf(
  kind: EventKind,
  answer: unknown,
  within: { readonly fromMs: number; readonly toMs: number },
  translate: Translate,
  provider = '',
): BusinessEvent[] {
  const data = isRecord(answer) ? answer['data'] : undefined;
  const rows: readonly unknown[] = Array.isArray(data) ? data : [];
  return rows
    .filter(isRecord)
    .filter((row) => provider === '' || row['provider'] === provider || row['collector'] === provider)
    .map((row) => EVENTS[kind](row, translate))
    .filter((event) => event.time >= within.fromMs && event.time <= within.toMs);
}

const EVENTS: Readonly<
  Record<EventKind, (row: Readonly<Record<string, unknown>>, translate: Translate) => BusinessEvent>
> = { invoices: invoiceEvent, price_changes: priceEvent, failed_syncs: syncEvent, largest_movements: movementEvent };

/** At the time of entry. Author and reason are null for viewers. */
function invoiceEvent(row: Readonly<Record<string, unknown>>, translate: Translate): BusinessEvent {
  const action = textOf(row['action']);
  const values = {
    provider: textOf(row['provider']),
    amount: textOf(row['amount']),
    currency: textOf(row['currency']),
    from: textOf(row['periodStart']),
    to: textOf(row['periodEnd']),
  };
  const why = textOf(row['reason']) || textOf(row['notes']);
  return {
    time: Date.parse(textOf(row['createdAt'])),
    title: translate(`events.${action}`, values),
    text: [translate('events.invoice-text', values), why].filter((line) => line !== '').join('\n'),
    tags: ['invoice', values.provider],
  };
}

/** On the first day that it applies to, not at the time of entry: that is where the cost changes. */
function priceEvent(row: Readonly<Record<string, unknown>>, translate: Translate): BusinessEvent {
  const values = {
    provider: textOf(row['provider']),
    model: textOf(row['model']),
    input: textOf(row['inputUsdPerMillion']),
    output: textOf(row['outputUsdPerMillion']),
  };
  return {
    time: Date.parse(textOf(row['validFrom'])),
    title: translate('events.price', values),
    text: [translate('events.price-text', values), textOf(row['notes'])].filter((line) => line !== '').join('\n'),
    tags: ['price', values.provider],
  };
}

function syncEvent(row: Readonly<Record<string, unknown>>, translate: Translate): BusinessEvent {
  const collector = textOf(row['collector']);
  return {
    time: Date.parse(textOf(row['startedAt'])),
    title: translate('events.failed-sync', { collector }),
    text: textOf(row['message']) || textOf(row['reason']),
    tags: ['sync', collector],
  };
}

/** On its day, with the customer's name as far as the token may see it. */
function movementEvent(row: Readonly<Record<string, unknown>>, translate: Translate): BusinessEvent {
  const movement = textOf(row['movement']);
  const values = {
    customer: textOf(row['customer']),
    amount: textOf(row['amountUsd']),
    before: textOf(row['plansBefore']),
    after: textOf(row['plansAfter']),
  };
  return {
    time: Date.parse(textOf(row['day'])),
    title: translate(`movements.${movement}`, values),
    text: [values.before, values.after].filter((plan) => plan !== '').join(' → '),
    tags: ['mrr', movement],
  };
}
