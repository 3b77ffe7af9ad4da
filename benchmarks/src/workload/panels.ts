import { z } from 'zod';
import { API_BASE } from '../../../exporter/src/contract/datasets.ts';
import { addMonths, monthStart } from '../../../exporter/src/money/days.ts';
import { decimal, type Sums, type WindowTotals } from './generate.ts';
import type { History } from './history.ts';

/** One panel of the Business dashboard: the API call that feeds it and, for usage, the same answer from raw rows. */
export interface Panel {
  readonly name: string;
  readonly path: string;
  readonly raw?: RawAnswer;
}

export interface RawAnswer {
  /** How much faster than the raw table it has to be (P2). */
  readonly timesFaster: number;
  /**
   * Standard SQL over a table `llm_metrics_history`, for Postgres and DuckDB alike; every value as text or a whole
   * number.
   */
  readonly sql: string;
  /** The call's answer as rows of text in the order of the SQL's. */
  readonly rowsOf: (body: string) => string[][];
  /** What must come out, by the generator. */
  readonly expected: string[][];
}

const TOP = 20;
const wholeNumber = z.number().transform(String);
const money = z.string().transform(canonical);

/** Six digits after the point, whichever engine wrote it. */
export function canonical(amount: string): string {
  const [whole = '0', fraction = ''] = amount.split('.');
  return `${whole}.${fraction.padEnd(6, '0').slice(0, 6)}`;
}

export function panelsOf({
  totals,
  lastDay,
  today,
  firstDay,
}: Pick<History, 'totals' | 'lastDay' | 'today' | 'firstDay'>): Panel[] {
  const [month, half] = totals.windows;
  if (month === undefined || half === undefined) throw new Error('the history has no windows');
  const monthsFrom = [monthStart(addMonths(lastDay, -5)), firstDay].sort().at(-1) ?? firstDay;
  const range = (from: string): string => `from=${from}&to=${today}`;
  const call = (name: string, dataset: string, from: string, more = ''): Panel => ({
    name,
    path: `${API_BASE}/metrics/${dataset}?${range(from)}${more}`,
  });
  return [
    call('four cards (summary)', 'summary', monthsFrom),
    call('revenue against costs', 'revenue-vs-costs', month.from),
    call('infrastructure costs', 'infrastructure-costs', month.from),
    call('margin by customer', 'margin-by-customer', month.from),
    {
      ...call(`top ${TOP} users, ${month.days} days`, 'cost-by-user', month.from, `&limit=${TOP}`),
      raw: topUsers(month),
    },
    { ...call(`top ${TOP} users, ${half.days} days`, 'cost-by-user', half.from, `&limit=${TOP}`), raw: topUsers(half) },
    { ...call('tokens by model', 'token-ratios', month.from), raw: byModel(month) },
    { ...call('error rates', 'error-rates', month.from), raw: byProvider(month) },
    {
      ...call('LLM cost by month', 'metrics-monthly-summary', monthsFrom),
      raw: byMonth(totals.byMonth, monthsFrom, today),
    },
  ];
}

function topUsers({ from, to, byUser }: WindowTotals): RawAnswer {
  const mostExpensive = [...byUser].sort(([a, x], [b, y]) => y.cost - x.cost || (a < b ? -1 : 1)).slice(0, TOP);
  return {
    timesFaster: 50,
    sql: `SELECT user_id, sum(cost_usd) AS cost, sum(prompt_tokens), sum(completion_tokens), sum(requests), sum(errors),
      sum(unpriced_tokens) FROM llm_metrics_history
      WHERE day >= DATE '${from}' AND day < DATE '${to}' GROUP BY user_id ORDER BY cost DESC NULLS LAST, user_id
      LIMIT ${TOP}`,
    rowsOf: rowsBy(
      z
        .object({
          userId: z.string(),
          costUsd: money,
          promptTokens: wholeNumber,
          completionTokens: wholeNumber,
          requests: wholeNumber,
          errors: wholeNumber,
          unpricedTokens: wholeNumber,
        })
        .transform((row) => [
          row.userId,
          row.costUsd,
          row.promptTokens,
          row.completionTokens,
          row.requests,
          row.errors,
          row.unpricedTokens,
        ]),
    ),
    expected: mostExpensive.map(([user, sums]) => [
      user,
      decimal(sums.cost),
      String(sums.prompt),
      String(sums.completion),
      String(sums.requests),
      String(sums.errors),
      String(sums.unpriced),
    ]),
  };
}

function byModel({ from, to, byModel: models }: WindowTotals): RawAnswer {
  const tokens = ({ prompt, completion }: Sums): number => prompt + completion;
  return {
    timesFaster: 500,
    sql: `SELECT provider || '/' || model AS name, sum(prompt_tokens), sum(completion_tokens) FROM llm_metrics_history
      WHERE day >= DATE '${from}' AND day < DATE '${to}' GROUP BY provider, model
      ORDER BY sum(prompt_tokens) + sum(completion_tokens) DESC, name`,
    rowsOf: rowsBy(
      z
        .object({ provider: z.string(), model: z.string(), promptTokens: wholeNumber, completionTokens: wholeNumber })
        .transform((row) => [`${row.provider}/${row.model}`, row.promptTokens, row.completionTokens]),
    ),
    expected: [...models]
      .sort(([a, x], [b, y]) => tokens(y) - tokens(x) || (a < b ? -1 : 1))
      .map(([name, sums]) => [name, String(sums.prompt), String(sums.completion)]),
  };
}

function byProvider({ from, to, byModel: models }: WindowTotals): RawAnswer {
  const providers = Map.groupBy(models, ([name]) => name.split('/')[0] ?? name);
  const sum = (members: readonly (readonly [string, Sums])[], of: 'requests' | 'errors'): string =>
    String(members.reduce((total, [, sums]) => total + sums[of], 0));
  return {
    timesFaster: 500,
    sql: `SELECT provider, sum(requests), sum(errors) FROM llm_metrics_history
      WHERE day >= DATE '${from}' AND day < DATE '${to}' GROUP BY provider ORDER BY provider`,
    rowsOf: rowsBy(
      z
        .object({ provider: z.string(), requests: wholeNumber, errors: wholeNumber })
        .transform((row) => [row.provider, row.requests, row.errors]),
    ),
    expected: [...providers]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([provider, members]) => [provider, sum(members, 'requests'), sum(members, 'errors')]),
  };
}

function byMonth(months: ReadonlyMap<string, Sums>, from: string, to: string): RawAnswer {
  return {
    timesFaster: 500,
    sql: `SELECT substr(CAST(date_trunc('month', day) AS VARCHAR), 1, 7) AS month, sum(cost_usd), sum(prompt_tokens),
      sum(completion_tokens), sum(requests), sum(unpriced_tokens) FROM llm_metrics_history
      WHERE day >= DATE '${from}' AND day < DATE '${to}' GROUP BY 1 ORDER BY 1`,
    rowsOf: rowsBy(
      z
        .object({
          month: z.string(),
          costUsd: money,
          promptTokens: wholeNumber,
          completionTokens: wholeNumber,
          requests: wholeNumber,
          unpricedTokens: wholeNumber,
        })
        .transform((row) => [
          row.month,
          row.costUsd,
          row.promptTokens,
          row.completionTokens,
          row.requests,
          row.unpricedTokens,
        ]),
    ),
    expected: [...months]
      .filter(([month]) => month >= from.slice(0, 7))
      .map(([month, sums]) => [
        month,
        decimal(sums.cost),
        String(sums.prompt),
        String(sums.completion),
        String(sums.requests),
        String(sums.unpriced),
      ]),
  };
}

function rowsBy(row: z.ZodType<string[]>): (body: string) => string[][] {
  const answer = z.object({ data: z.array(row) });
  return (body) => answer.parse(JSON.parse(body)).data;
}
