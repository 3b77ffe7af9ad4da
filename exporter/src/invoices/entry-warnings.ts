import { z } from 'zod';
import type { ApiWarning } from '../contract/datasets.ts';
import { COST_SOURCES, WHOLE_PROVIDER } from '../contract/providers.ts';
import type { Queryable } from '../database/queryable.ts';
import { ledgerPlace } from '../ledger/ledger-key.ts';
import { formatMicros, parseMicros, sumMicros } from '../money/micros.ts';
import type { Adjustment } from './invoice.ts';
import { vendorKey } from './names.ts';
import { lastDayNotCovered } from './period-end.ts';

/** What a person should look at although the entry is taken; asked in the transaction that wrote the rows. */
export async function entryWarnings(tx: Queryable, rows: readonly Adjustment[]): Promise<ApiWarning[]> {
  const stated = rows.filter(({ action }) => action !== 'void');
  return [...stated.flatMap(unconverted), ...stated.flatMap(endNotCovered), ...(await onTopOfTheWhole(tx, stated))];
}

function unconverted({ amount, amountUsd, currency, billingDate, provider }: Adjustment): ApiWarning[] {
  if (amountUsd !== null) return [];
  return [
    {
      code: 'unconverted_currency',
      message:
        `${provider}: ${amount} ${currency} is stored, but outside all USD totals: ` +
        `no rate of ${currency} is known for ${billingDate}. Correct the entry with fxRate.`,
    },
  ];
}

function endNotCovered({ provider, periodStart, periodEnd }: Adjustment): ApiWarning[] {
  const message = lastDayNotCovered(periodStart, periodEnd);
  return message === null ? [] : [{ code: 'period_end_not_covered', message: `${provider}: ${message}` }];
}

const wholeRow = z.object({
  day: z.string(),
  provider: z.string(),
  source: z.enum(COST_SOURCES),
  amount: z.string().transform(parseMicros),
});

/** An invoice of one component replaces that component only: what counts for the whole provider stays beside it. */
async function onTopOfTheWhole(tx: Queryable, rows: readonly Adjustment[]): Promise<ApiWarning[]> {
  const parts = rows.filter(
    ({ provider, component, kind, additional }) =>
      kind === 'invoice' && !additional && component !== WHOLE_PROVIDER && vendorKey(provider) !== 'llm',
  );
  const starts = parts.map(({ periodStart }) => periodStart).sort();
  const ends = parts.map(({ periodEnd }) => periodEnd).sort();
  if (parts.length === 0) return [];
  const { rows: found } = await tx.query(
    `SELECT day::text AS day, provider, source, amount_usd::text AS amount FROM effective_costs
     WHERE component = $1 AND provider = ANY($2) AND day >= $3::date AND day < $4::date AND amount_usd IS NOT NULL`,
    [
      WHOLE_PROVIDER,
      [...new Set(parts.map(({ provider, component }) => ledgerPlace(provider, component).provider))],
      starts[0],
      ends.at(-1),
    ],
  );
  const whole = Map.groupBy(z.array(wholeRow).parse(found), ({ provider }) => provider);
  return parts.flatMap(({ provider, component, periodStart, periodEnd, amount, currency }): ApiWarning[] => {
    const days = (whole.get(ledgerPlace(provider, component).provider) ?? []).filter(
      ({ day }) => day >= periodStart && day < periodEnd,
    );
    const total = sumMicros(days.map((one) => one.amount));
    if (total === 0n) return [];
    const sources = [...new Set(days.map(({ source }) => source))].join(', ');
    return [
      {
        code: 'component_on_whole',
        message:
          `${provider}: ${amount} ${currency} for ${component} comes on top of ${formatMicros(total)} USD that the ` +
          `whole of ${provider} costs from ${periodStart} to ${periodEnd} (${sources}). If it is a part of that, void ` +
          'it and enter the whole invoice without a component.',
      },
    ];
  });
}
