import { finished } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { Micros } from '../../money/micros.ts';
import type { Queryable } from '../../database/queryable.ts';

/** The figures of one row of `llm_metrics_history`; costs in micro-USD, undefined where unknown. */
export interface UsageFigures {
  readonly prompt: number;
  readonly completion: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly requests: number;
  readonly errors: number;
  /** Parts of the counts above, as in `TokenCounts`. */
  readonly cacheWrite1h: number;
  readonly audioPrompt: number;
  readonly audioCompletion: number;
  readonly gatewayPrompt: number;
  readonly gatewayCompletion: number;
  readonly unpriced: number;
  readonly reported: Micros | undefined;
  readonly computed: Micros | undefined;
  readonly cost: Micros | undefined;
}

export interface UsageRow extends UsageFigures {
  readonly user: string;
  readonly provider: string;
  readonly model: string;
}

/** The figures as one text, so that one comparison finds unchanged rows. */
export function textOf(row: UsageFigures): string {
  return (
    `${row.prompt} ${row.completion} ${row.cacheRead} ${row.cacheWrite} ${row.requests} ${row.errors} ` +
    `${row.unpriced} ${row.reported ?? '-'} ${row.computed ?? '-'} ${row.cost ?? '-'} ` +
    `${row.cacheWrite1h} ${row.audioPrompt} ${row.audioCompletion} ${row.gatewayPrompt} ${row.gatewayCompletion}`
  );
}

export function figuresOf(text: string): UsageFigures {
  const parts = text.split(' ');
  const count = (index: number): number => Number(parts[index]);
  const micros = (index: number): Micros | undefined => (parts[index] === '-' ? undefined : BigInt(parts[index] ?? ''));
  return {
    prompt: count(0),
    completion: count(1),
    cacheRead: count(2),
    cacheWrite: count(3),
    requests: count(4),
    errors: count(5),
    unpriced: count(6),
    reported: micros(7),
    computed: micros(8),
    cost: micros(9),
    cacheWrite1h: count(10),
    audioPrompt: count(11),
    audioCompletion: count(12),
    gatewayPrompt: count(13),
    gatewayCompletion: count(14),
  };
}

/** The key of a row within a day; the separator cannot occur in a Postgres text. */
export function keyOf({ user, provider, model }: Pick<UsageRow, 'user' | 'provider' | 'model'>): string {
  return `${user}\0${provider}\0${model}`;
}

const PARTS = [
  'cache_write_1h_tokens',
  'audio_prompt_tokens',
  'audio_completion_tokens',
  'gateway_prompt_tokens',
  'gateway_completion_tokens',
] as const;

/** In the order of PARTS. */
function partsOf(row: UsageFigures): readonly number[] {
  return [row.cacheWrite1h, row.audioPrompt, row.audioCompletion, row.gatewayPrompt, row.gatewayCompletion];
}

const micros = (column: string): string => `coalesce((${column} * 1000000)::bigint::text, '-')`;
const KNOWN = `
SELECT user_id AS "user", provider, model, concat_ws(' ', prompt_tokens, completion_tokens, cache_read_tokens,
  cache_write_tokens, requests, errors, unpriced_tokens,
  ${micros('reported_cost_usd')}, ${micros('computed_cost_usd')}, ${micros('cost_usd')},
  ${PARTS.join(', ')}) AS figures
FROM llm_metrics_history WHERE day = $1::date AND user_id = ANY($2::text[])`;

/** Whether anything is stored for a day: rows of a new day need no comparison. */
export async function hasRows(tx: Queryable, day: string): Promise<boolean> {
  const { rows } = await tx.query('SELECT 1 FROM llm_metrics_history WHERE day = $1::date LIMIT 1', [day]);
  return rows.length > 0;
}

/** The stored figures of these users on a day, as text by key. */
export async function readKnown(
  tx: Queryable,
  day: string,
  users: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const found = await tx.query<{ user: string; provider: string; model: string; figures: string }>(KNOWN, [day, users]);
  return new Map(found.rows.map((row) => [keyOf(row), row.figures]));
}

const COLUMNS = `user_id, day, provider, model, prompt_tokens, completion_tokens, cache_read_tokens, cache_write_tokens,
  requests, errors, unpriced_tokens,
  reported_cost_usd, computed_cost_usd, cost_usd, ${PARTS.join(', ')}`;

/** Inserts new rows. COPY is the fastest way, also on Citus, where it writes to all shards at once. */
export async function insertRows(tx: Queryable, day: string, rows: readonly UsageRow[]): Promise<void> {
  if (rows.length === 0) return;
  // Only a pg client can COPY, a pool cannot.
  if (!(tx instanceof pg.Client)) return upsertRows(tx, day, rows);
  const copy = tx.query(copyFrom(`COPY llm_metrics_history (${COLUMNS}) FROM STDIN`));
  copy.end(rows.map((row) => lineOf(day, row)).join(''));
  await finished(copy);
}

function lineOf(day: string, row: UsageRow): string {
  const { prompt, completion, cacheRead, cacheWrite, requests, errors, unpriced, reported, computed, cost } = row;
  return (
    `${escaped(row.user)}\t${day}\t${escaped(row.provider)}\t${escaped(row.model)}\t${prompt}\t${completion}\t` +
    `${cacheRead}\t${cacheWrite}\t${requests}\t${errors}\t${unpriced}\t` +
    `${amountOf(reported) ?? '\\N'}\t${amountOf(computed) ?? '\\N'}\t${amountOf(cost) ?? '\\N'}\t` +
    `${partsOf(row).join('\t')}\n`
  );
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

function escaped(text: string): string {
  return /[\\\t\n\r]/.test(text)
    ? text.replaceAll(/[\\\t\n\r]/g, (character) => ESCAPES[character] ?? character)
    : text;
}

/** A decimal for Postgres: exact, and cheaper to write than digits with a point. */
export function amountOf(micros: Micros | undefined): string | null {
  return micros === undefined ? null : `${micros}e-6`;
}

const UPSERT = `
INSERT INTO llm_metrics_history (${COLUMNS})
SELECT user_id, $1::date, provider, model, prompt, completion, cache_read, cache_write, requests, errors, unpriced,
  reported, computed, cost, ${PARTS.join(', ')}
FROM unnest($2::text[], $3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[],
  $10::bigint[], $11::bigint[],
  $12::numeric[], $13::numeric[], $14::numeric[], ${PARTS.map((_, index) => `$${index + 15}::bigint[]`).join(', ')})
  AS i(user_id, provider, model, prompt, completion, cache_read, cache_write, requests, errors, unpriced, reported,
    computed, cost, ${PARTS.join(', ')})
ORDER BY user_id, provider, model
ON CONFLICT (user_id, day, provider, model) DO UPDATE SET
  prompt_tokens = excluded.prompt_tokens, completion_tokens = excluded.completion_tokens,
  cache_read_tokens = excluded.cache_read_tokens,
  cache_write_tokens = excluded.cache_write_tokens, requests = excluded.requests, errors = excluded.errors,
  unpriced_tokens = excluded.unpriced_tokens,
  reported_cost_usd = excluded.reported_cost_usd, computed_cost_usd = excluded.computed_cost_usd,
  cost_usd = excluded.cost_usd, ${PARTS.map((part) => `${part} = excluded.${part}`).join(', ')}, demo = false`;

/** Inserts rows, or updates those that exist. */
export async function upsertRows(tx: Queryable, day: string, rows: readonly UsageRow[]): Promise<void> {
  if (rows.length === 0) return;
  const column = <Value>(value: (row: UsageRow) => Value): Value[] => rows.map(value);
  await tx.query(UPSERT, [
    day,
    column(({ user }) => user),
    column(({ provider }) => provider),
    column(({ model }) => model),
    column(({ prompt }) => prompt),
    column(({ completion }) => completion),
    column(({ cacheRead }) => cacheRead),
    column(({ cacheWrite }) => cacheWrite),
    column(({ requests }) => requests),
    column(({ errors }) => errors),
    column(({ unpriced }) => unpriced),
    column(({ reported }) => amountOf(reported)),
    column(({ computed }) => amountOf(computed)),
    column(({ cost }) => amountOf(cost)),
    ...PARTS.map((_, index) => column((row) => partsOf(row)[index] ?? 0)),
  ]);
}
