import { formatMicros, type Micros } from '../../money/micros.ts';
import { updateLlmLedger } from '../../llm/ledger.ts';
import { LOCK_USAGE, WRITE_ROLLUPS } from '../../llm/rollups.ts';
import { updateRunningTotals } from '../../llm/running-totals.ts';
import { ensureLlmPartitions } from '../../store/partitions.ts';
import type { Queryable } from '../../store/queryable.ts';
import { costOf, unpricedTokens, type LlmData, type LlmRow } from './data.ts';

/** Rows in one statement; beyond it memory grows, not speed. */
const BATCH = 50_000;

interface DatedRow extends LlmRow {
  readonly day: string;
}

/**
 * Writes usage, its rollups and the cost ledger of its days; returns how many usage rows were new or really changed.
 * Nothing is deleted: what Prometheus no longer has stays as it was read.
 */
export async function storeUsage(tx: Queryable, data: LlmData): Promise<number> {
  const days = data.days.map(({ day }) => day).sort();
  const [first] = days;
  const last = days.at(-1);
  if (first === undefined || last === undefined) return 0;
  await ensureLlmPartitions(tx, first, last);
  await tx.query(LOCK_USAGE);
  const rows = data.days.flatMap(({ day, rows: ofDay }) => ofDay.map((row): DatedRow => ({ ...row, day }))).sort(byKey);
  let changed = 0;
  for (let start = 0; start < rows.length; start += BATCH) changed += await storeBatch(tx, rows.slice(start, start + BATCH));
  await updateRunningTotals(tx, changed > 0 ? days : [], data.days.filter(({ provisional }) => !provisional).map(({ day }) => day).sort().at(-1));
  const provisionalFrom = data.days.find(({ provisional }) => provisional)?.day ?? '9999-12-31';
  await updateLlmLedger(tx, days, provisionalFrom);
  return changed;
}

async function storeBatch(tx: Queryable, rows: readonly DatedRow[]): Promise<number> {
  const column = <Value>(value: (row: DatedRow) => Value): Value[] => rows.map(value);
  const result = await tx.query<{ changed: string }>(UPSERT, [
    column(({ user }) => user),
    column(({ day }) => day),
    column(({ provider }) => provider),
    column(({ model }) => model),
    column(({ prompt }) => prompt),
    column(({ completion }) => completion),
    column(({ cacheRead }) => cacheRead),
    column(({ cacheWrite }) => cacheWrite),
    column(({ requests }) => requests),
    column(({ errors }) => errors),
    column(({ reported }) => amountOf(reported)),
    column(({ computed }) => amountOf(computed)),
    column((row) => amountOf(costOf(row))),
    column(unpricedTokens),
    column(({ partial }) => partial),
    [...new Set(column(({ day }) => day))],
  ]);
  return Number(result.rows[0]?.changed ?? 0);
}

function amountOf(micros: Micros | undefined): string | null {
  return micros === undefined ? null : formatMicros(micros);
}

function byKey(a: DatedRow, b: DatedRow): number {
  return compare(a.day, b.day) || compare(a.user, b.user) || compare(a.provider, b.provider) || compare(a.model, b.model);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

// A row whose history begins inside its day (`partial`) may lack usage that was stored before Prometheus lost it: it never
// lowers what is known. The array of days lets Postgres prune partitions.
const UPSERT = `
WITH input AS MATERIALIZED (
  SELECT * FROM unnest($1::text[], $2::date[], $3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[],
    $11::numeric[], $12::numeric[], $13::numeric[], $14::bigint[], $15::boolean[])
    AS i(user_id, day, provider, model, prompt, completion, cache_read, cache_write, requests, errors, reported, computed, cost, unpriced, partial)
), changed AS MATERIALIZED (
  SELECT i.*,
    i.prompt - coalesce(o.prompt_tokens, 0) AS d_prompt, i.completion - coalesce(o.completion_tokens, 0) AS d_completion,
    i.cache_read - coalesce(o.cache_read_tokens, 0) AS d_cache_read, i.cache_write - coalesce(o.cache_write_tokens, 0) AS d_cache_write,
    i.requests - coalesce(o.requests, 0) AS d_requests, i.errors - coalesce(o.errors, 0) AS d_errors,
    coalesce(i.cost, 0) - coalesce(o.cost_usd, 0) AS d_cost, i.unpriced - coalesce(o.unpriced_tokens, 0) AS d_unpriced
  FROM input i
  LEFT JOIN llm_metrics_history o
    ON o.user_id = i.user_id AND o.day = i.day AND o.provider = i.provider AND o.model = i.model AND o.day = ANY($16::date[])
  WHERE o.user_id IS NULL OR (
    (o.prompt_tokens, o.completion_tokens, o.cache_read_tokens, o.cache_write_tokens, o.requests, o.errors, o.reported_cost_usd, o.computed_cost_usd, o.cost_usd, o.unpriced_tokens)
      IS DISTINCT FROM (i.prompt, i.completion, i.cache_read, i.cache_write, i.requests, i.errors, i.reported, i.computed, i.cost, i.unpriced)
    AND NOT (i.partial AND (i.prompt + i.completion < o.prompt_tokens + o.completion_tokens OR i.requests < o.requests OR coalesce(i.reported, 0) < coalesce(o.reported_cost_usd, 0)))
  )
), raw AS (
  INSERT INTO llm_metrics_history (user_id, day, provider, model, prompt_tokens, completion_tokens, cache_read_tokens, cache_write_tokens, requests, errors,
    reported_cost_usd, computed_cost_usd, cost_usd, unpriced_tokens)
  SELECT user_id, day, provider, model, prompt, completion, cache_read, cache_write, requests, errors, reported, computed, cost, unpriced
  FROM changed ORDER BY user_id, day, provider, model
  ON CONFLICT (user_id, day, provider, model) DO UPDATE SET
    prompt_tokens = excluded.prompt_tokens, completion_tokens = excluded.completion_tokens, cache_read_tokens = excluded.cache_read_tokens,
    cache_write_tokens = excluded.cache_write_tokens, requests = excluded.requests, errors = excluded.errors,
    reported_cost_usd = excluded.reported_cost_usd, computed_cost_usd = excluded.computed_cost_usd, cost_usd = excluded.cost_usd,
    unpriced_tokens = excluded.unpriced_tokens, demo = false
  RETURNING 1
), ${WRITE_ROLLUPS}
SELECT count(*) AS changed FROM changed`;
