import { z } from 'zod';
import type { InfrastructureCostRow } from '../contract/datasets.ts';
import { COST_SOURCES, type CostSource } from '../contract/providers.ts';
import type { Queryable } from '../database/queryable.ts';
import { costsByDaySql, parseCostDays } from '../ledger/costs-by-day.ts';
import { ledgerPlace } from '../ledger/ledger-key.ts';
import { precedenceSql } from '../ledger/precedence.ts';
import type { Period } from '../money/days.ts';
import { parseMicros, type Micros } from '../money/micros.ts';
import type { Adjustment } from './invoice.ts';
import { invoiceLedgerRows } from './ledger.ts';
import { adjustmentsAsOf } from './store.ts';

export interface BookedCosts {
  readonly rows: InfrastructureCostRow[];
  /** What each source adds to the period, for coverage. */
  readonly sources: readonly { readonly source: CostSource; readonly amount: Micros }[];
}

/**
 * `costsByDay` as it stood at the end of the UTC day `asOf`: with the invoices, corrections and voids that were entered
 * by then. What a provider reported for later days was not known yet; its figures of earlier days are today's, since
 * only invoices have a history.
 */
export async function costsAsBooked(
  db: Queryable,
  period: Period,
  asOf: string,
  provider?: string,
): Promise<BookedCosts> {
  const ledger = bookedLedger(await adjustmentsAsOf(db, asOf, period.from, period.to));
  const values = [period.from, period.to, provider ?? null, JSON.stringify(ledger), asOf];
  const days = await db.query(costsByDaySql('counting', `${BOOKED_COSTS}, `), values);
  const sources = await db.query(BOOKED_BY_SOURCE, values);
  return { rows: parseCostDays(days.rows), sources: z.array(sourceSum).parse(sources.rows) };
}

interface BookedRow {
  readonly provider: string;
  readonly day: string;
  readonly component: string;
  readonly amountUsd: string | null;
}

/** The `invoice` rows that the ledger had then. */
function bookedLedger(invoices: readonly Adjustment[]): BookedRow[] {
  const byProvider = Map.groupBy(invoices, ({ provider, component }) => ledgerPlace(provider, component).provider);
  return [...byProvider].flatMap(([provider, invoicesOfProvider]) =>
    invoiceLedgerRows(invoicesOfProvider).map(({ day, component, amountUsd }) => ({
      provider,
      day,
      component,
      amountUsd,
    })),
  );
}

/** SQL: `counting`, as of `asOf`. $1 from, $2 to, $4 the rows of `bookedLedger` as JSON, $5 the day `asOf`. */
const BOOKED_COSTS = `
ledger AS (
  SELECT day, provider, component, source, amount_usd FROM component_costs
  WHERE day >= $1::date AND day < $2::date AND source <> 'invoice' AND (day <= $5::date OR source = 'fixed')
  UNION ALL
  SELECT day, provider, component, 'invoice', "amountUsd"
  FROM jsonb_to_recordset($4::jsonb) AS i(day date, provider text, component text, "amountUsd" numeric)
  WHERE day >= $1::date AND day < $2::date
), counting AS (${precedenceSql('ledger', 'amount_usd')}
)`;

const sourceSum = z.object({ source: z.enum(COST_SOURCES), amount: z.string().transform(parseMicros) });

const BOOKED_BY_SOURCE = `
WITH ${BOOKED_COSTS}
SELECT source, sum(amount_usd)::text AS amount FROM counting
WHERE amount_usd IS NOT NULL AND ($3::text IS NULL OR provider = $3) GROUP BY source`;
