import type { CollectContext, Day, Warning } from '../contract.ts';
import { CollectorError } from '../errors.ts';
import { addDays, monthStart } from '../../money/days.ts';
import { parseMicros, sumMicros, type Micros } from '../../money/micros.ts';
import type { DigitalOceanClient } from './client.ts';
import type { InvoicedMonth } from './data.ts';
import { unread } from './resources.ts';
import type { InvoiceSummary, ListedInvoice } from './schema.ts';

type Listed = readonly ListedInvoice[];

/**
 * The issued invoices of closed months that are not stored yet or that the list shows with another amount; the newest
 * closed month always. The running month's invoice is a preview and does not count. What cannot be read is a warning:
 * the month's usage counts until then.
 */
export async function invoicedMonths(
  client: DigitalOceanClient,
  context: CollectContext,
  backfillDays: number,
): Promise<{ months: InvoicedMonth[]; warnings: Warning[] }> {
  const warnings: Warning[] = [];
  let listed: Listed;
  try {
    listed = await client.invoices(context);
  } catch (error) {
    return { months: [], warnings: [unread(error, 'list of invoices', 'billing:read', context.signal)] };
  }
  const oldest = monthStart(addDays(context.today, -backfillDays));
  const lastClosed = monthStart(addDays(monthStart(context.today), -1));
  const stored = await storedMonths(context);
  const unusable = listed.filter(({ invoice_uuid: uuid, invoice_period: period }) => uuid === null || period === null);
  if (unusable.length > 0)
    warnings.push({
      code: 'invoices_unusable',
      message: `DigitalOcean lists invoices without a usable id or month: the usage of their months counts until then.`,
      count: unusable.length,
    });
  // A month of which one invoice cannot be read would be too low.
  const incomplete = new Set(unusable.map(monthOf));
  const wanted = [...Map.groupBy(listed, monthOf)].filter(
    ([month, invoices]) =>
      month >= oldest &&
      month <= lastClosed &&
      !incomplete.has(month) &&
      (month === lastClosed || stored.get(month) !== listedSum(invoices)),
  );
  const months: InvoicedMonth[] = [];
  for (const [month, invoices] of wanted.sort(([a], [b]) => (a < b ? -1 : 1))) {
    try {
      const read = await readMonth(client, context, month, invoices);
      months.push(read.month);
      warnings.push(...read.warnings);
    } catch (error) {
      warnings.push(unread(error, `invoice of ${month.slice(0, 7)}`, 'billing:read', context.signal));
    }
  }
  return { months, warnings };
}

async function readMonth(
  client: DigitalOceanClient,
  context: CollectContext,
  month: Day,
  listed: Listed,
): Promise<{ month: InvoicedMonth; warnings: Warning[] }> {
  const warnings: Warning[] = [];
  const summaries = [];
  for (const uuid of listed.flatMap(({ invoice_uuid }) => invoice_uuid ?? [])) {
    const summary = await client.invoiceSummary(context, uuid);
    if (`${summary.billing_period}-01` !== month)
      throw new CollectorError(
        'bad_payload',
        'bad_response',
        `DigitalOcean answered the invoice of ${month.slice(0, 7)} with one of ${summary.billing_period}`,
      );
    const { parts, taxes, credits } = partsOf(summary);
    if (taxes === null)
      throw new CollectorError(
        'bad_payload',
        'bad_response',
        'its tax cannot be read, so what it costs without tax is not known',
      );
    if (parts !== summary.amount)
      warnings.push({
        code: 'invoice_parts_differ',
        message: `The parts of DigitalOcean's invoice of ${month.slice(0, 7)} do not add up to its total; the total without tax counts.`,
      });
    summaries.push({ amount: summary.amount, taxes, credits });
  }
  return {
    month: {
      month,
      listed: listedSum(listed),
      cost: sumMicros(summaries.map((summary) => summary.amount - summary.taxes)),
      tax: sumMicros(summaries.map((summary) => summary.taxes)),
      credits: sumMicros(summaries.map((summary) => summary.credits)),
      invoices: summaries.length,
    },
    warnings,
  };
}

/** The parts of an invoice. A tax that is not said is 0 only where all the other parts are the whole amount. */
function partsOf(summary: InvoiceSummary): { parts: Micros; taxes: Micros | null; credits: Micros } {
  const { product_charges: products, overages, taxes, credits_and_adjustments: credits } = summary;
  const parts = sumMicros([products, overages, taxes, credits].map((part) => part ?? 0n));
  const isWhole = products !== null && parts === summary.amount;
  return { parts, taxes: taxes ?? (isWhole ? 0n : null), credits: credits ?? 0n };
}

function monthOf({ invoice_period: period }: ListedInvoice): string {
  return period === null ? '' : `${period}-01`;
}

function listedSum(listed: Listed): Micros {
  return sumMicros(listed.map(({ amount }) => amount ?? 0n));
}

/** What the list of invoices said of each stored month. */
async function storedMonths({ db }: Pick<CollectContext, 'db'>): Promise<ReadonlyMap<Day, Micros>> {
  const { rows } = await db.query<{ month: string; listed: string }>(
    'SELECT month::text AS month, listed_usd::text AS listed FROM do_invoice_months',
  );
  return new Map(rows.map(({ month, listed }) => [month, parseMicros(listed)]));
}
