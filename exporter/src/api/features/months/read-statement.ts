import type { MonthStatement } from '../../../contract/months.ts';
import { costsByDay } from '../../../ledger/costs-by-day.ts';
import { errorsByProvider, tokensByModel } from '../../../llm/usage/by-model.ts';
import { usageByMonth } from '../../../llm/usage/by-month.ts';
import { periodTotals, revenueByDay } from '../../../margin/totals.ts';
import { addDays, addMonths, type Period } from '../../../money/days.ts';
import { costLines, countedCosts } from '../../../months/cost-lines.ts';
import { readMovements } from '../../../months/read-movements.ts';
import { revenueDays, revenueLines } from '../../../months/revenue-lines.ts';
import { monthStatement } from '../../../months/statement.ts';
import type { ApiDeps } from '../../deps.ts';
import type { ReadContext } from '../../reads/cached-reads.ts';
import { completePartOf, totalWarnings, unknownCosts } from '../../shared/margin-parts.ts';
import { readProvenance } from '../../shared/provenance.ts';

const MONTHS_OF_LLM = 6;
/** The charts name no more than this; the cost of all others is in the figures. */
const MAX_MODELS = 12;

/**
 * The statement of a month with everything that is known now. Its figures are those of `GET /metrics/summary` over the
 * same days: the month, as far as it is complete for every enabled source.
 */
export async function readStatement(
  deps: Pick<ApiDeps, 'collectors'>,
  context: ReadContext,
  month: string,
): Promise<MonthStatement> {
  const { db } = context;
  const whole: Period = { from: `${month}-01`, to: addMonths(`${month}-01`, 1) };
  const period = await completePartOf(deps, whole, context);
  const provenance = await readProvenance(deps, context, { ...period, revenue: true });
  const ofMonth = await context.periodFacts(whole);
  const totals = await periodTotals(db, { ...period, costs: provenance.facts.costs }, 'recognised', whole.to);
  const counted = await countedCosts(db, period);
  const revenue = await revenueDays(db, period);
  return monthStatement({
    month: whole,
    period,
    demo: ofMonth.demo,
    totals,
    unknownCosts: unknownCosts(provenance).length > 0,
    movements: await readMovements(db, period, context.today),
    coverage: provenance.coverage,
    warnings: [...provenance.warnings, ...totalWarnings(totals, period)],
    missingInvoices: ofMonth.missing_invoices,
    counted,
    revenue,
    lines: [...(await revenueLines(db, period, revenue)), ...(await costLines(db, period, counted))],
    days: await revenueByDay(db, period, 'recognised', addDays(period.to, -1)),
    costs: await costsByDay(db, period),
    llmByMonth: (
      await usageByMonth(db, { from: addMonths(whole.from, 1 - MONTHS_OF_LLM), to: whole.to }, {}, false)
    ).map((row) => ({ month: row.month, costUsd: row.costUsd })),
    models: (await tokensByModel(db, period, {})).slice(0, MAX_MODELS).map((row) => ({
      provider: row.provider,
      model: row.model,
      promptTokens: row.promptTokens,
      completionTokens: row.completionTokens,
      costUsd: row.costUsd,
    })),
    requests: (await errorsByProvider(db, period, {})).map(({ provider, requests, errors, errorRate }) => ({
      provider,
      requests,
      errors,
      errorRate,
    })),
  });
}
