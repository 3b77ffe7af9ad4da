import { z } from 'zod';
import type { ReconciliationRow } from '../contract/billing.ts';
import { COST_SOURCES, WHOLE_PROVIDER, type CostSource } from '../contract/providers.ts';
import { addMonths, daysInMonth, monthStart } from '../money/days.ts';
import { divideRounded, formatMicros, microsToNumber, parseMicros, sumMicros, type Micros } from '../money/micros.ts';
import type { SampleSource } from '../metrics/index.ts';
import type { Queryable } from '../database/queryable.ts';

/** What one source says about one component's month, and how much of it counts. */
export interface SourceMonth {
  readonly provider: string;
  /** `2026-03`. */
  readonly month: string;
  readonly component: string;
  readonly source: CostSource;
  readonly usd: Micros | null;
  /** Days with a known amount. */
  readonly days: number;
  readonly countedUsd: Micros | null;
}

/** More than 1 % apart. */
const TOLERANCE = 100n;

/** Sources that know; an estimate is arithmetic and not compared. */
const KNOWN = ['invoice', 'api_invoice', 'api_usage', 'fixed'] as const satisfies readonly CostSource[];

/** One row a provider and month, newest month first. Pure. */
export function reconcile(parts: readonly SourceMonth[]): ReconciliationRow[] {
  const groups = Map.groupBy(parts, ({ provider, month }) => `${month} ${provider}`);
  return [...groups.values()]
    .map(rowOf)
    .sort((a, b) => (a.month === b.month ? (a.provider < b.provider ? -1 : 1) : a.month < b.month ? 1 : -1));
}

function rowOf(parts: readonly SourceMonth[]): ReconciliationRow {
  const { provider, month } = parts[0] ?? { provider: '', month: '' };
  const days = daysInMonth(`${month}-01`);
  const of = (source: CostSource): SourceMonth[] => parts.filter((part) => part.source === source);
  const sum = (source: CostSource): string | null => text(known(of(source).map(({ usd }) => usd)));
  const counting = parts.filter(({ countedUsd }) => countedUsd !== null);
  const sources = new Set(counting.map(({ source }) => source));
  const drift = driftOf(
    KNOWN.map(of).filter((one) => one.length > 0),
    days,
  );
  return {
    provider,
    month,
    countedUsd: text(known(counting.map(({ countedUsd }) => countedUsd))),
    source: sources.size > 1 ? 'mixed' : (counting[0]?.source ?? null),
    invoiceUsd: sum('invoice'),
    providerInvoiceUsd: sum('api_invoice'),
    usageUsd: sum('api_usage'),
    usageDays: Math.max(0, ...of('api_usage').map((part) => part.days)),
    daysInMonth: days,
    fixedUsd: sum('fixed'),
    estimateUsd: sum('estimate'),
    ...drift,
  };
}

type Drift = Pick<ReconciliationRow, 'driftUsd' | 'driftRatio' | 'drifts'>;
const NO_DRIFT: Drift = { driftUsd: null, driftRatio: null, drifts: false };

/** The best source against the next one that says something about the same components and every day of the month. */
function driftOf([best, ...others]: readonly SourceMonth[][], days: number): Drift {
  const figure = best === undefined ? null : wholeMonth(best, days);
  if (best === undefined || figure === null) return NO_DRIFT;
  for (const other of others) {
    const comparable = isWhole(best)
      ? other
      : other.filter(({ component }) => best.some((part) => part.component === component));
    const second = wholeMonth(comparable, days);
    if (second === null) continue;
    const drift = figure - second;
    const ratio = figure === 0n ? null : Number(divideRounded(drift * 1_000_000n, figure)) / 1e6;
    return {
      driftUsd: formatMicros(drift),
      driftRatio: ratio,
      drifts: magnitude(drift) * TOLERANCE > magnitude(figure),
    };
  }
  return NO_DRIFT;
}

/** The sum, where every day of the month has a figure; components come and go, the provider as a whole does not. */
function wholeMonth(parts: readonly SourceMonth[], days: number): Micros | null {
  return parts.some((part) => part.days === days) ? known(parts.map(({ usd }) => usd)) : null;
}

function isWhole(parts: readonly SourceMonth[]): boolean {
  return parts.some(({ component }) => component === WHOLE_PROVIDER);
}

function magnitude(amount: Micros): Micros {
  return amount < 0n ? -amount : amount;
}

function known(amounts: readonly (Micros | null)[]): Micros | null {
  const found = amounts.filter((amount) => amount !== null);
  return found.length === 0 ? null : sumMicros(found);
}

function text(amount: Micros | null): string | null {
  return amount === null ? null : formatMicros(amount);
}

const amount = z
  .string()
  .nullable()
  .transform((value) => (value === null ? null : parseMicros(value)));
const sourceRow = z.object({
  provider: z.string(),
  month: z.string(),
  component: z.string(),
  source: z.enum(COST_SOURCES),
  usd: amount,
  days: z.int(),
  counted: amount,
});

// Materialized: until the table has been analyzed, the planner expects a handful of rows and would rank them again for
// each row of the ledger.
const SOURCES = `
WITH effective AS MATERIALIZED (
  SELECT day, provider, component, source, amount_usd FROM effective_costs WHERE day >= $1::date AND day < $2::date
)
SELECT c.provider, to_char(c.day, 'YYYY-MM') AS month, c.component, c.source,
  sum(c.amount_usd)::text AS usd, count(c.amount_usd)::int AS days, sum(e.amount_usd)::text AS counted
FROM component_costs c
LEFT JOIN effective e
  ON e.day = c.day AND e.provider = c.provider AND e.component = c.component AND e.source = c.source
WHERE c.day >= $1::date AND c.day < $2::date AND ($3::text IS NULL OR c.provider = $3)
GROUP BY 1, 2, 3, 4`;

/** Every month that `[from, to)` touches, as a whole. */
export async function reconciliation(
  db: Queryable,
  { from, to, provider }: { readonly from: string; readonly to: string; readonly provider?: string | undefined },
): Promise<ReconciliationRow[]> {
  const end = addMonths(to, to === monthStart(to) ? 0 : 1);
  const { rows } = await db.query(SOURCES, [monthStart(from), end, provider ?? null]);
  return reconcile(
    z
      .array(sourceRow)
      .parse(rows)
      .map(({ counted, ...row }) => ({ ...row, countedUsd: counted })),
  );
}

/** `cost_reconciliation_delta_usd` of the last closed month: exactly the drifts that the API tells, zeros included. */
export const reconciliationSamples: SampleSource = async (db, today) => {
  const rows = await reconciliation(db, { from: addMonths(today, -1), to: monthStart(today) });
  return rows.flatMap(({ provider, driftUsd }) =>
    driftUsd === null
      ? []
      : [
          {
            name: 'cost_reconciliation_delta_usd',
            labels: { provider },
            value: microsToNumber(parseMicros(driftUsd)),
          },
        ],
  );
};
