import type { Timing } from '../harness/measure.ts';

export interface PanelTimes {
  readonly name: string;
  /** One client, the answer is cached. */
  readonly cached: Timing;
  /** One client, first call after a change. */
  readonly first: Timing;
  /** Eight clients, the answer is cached. */
  readonly loaded: Timing;
  /** Eight clients that reload the whole board after a change. */
  readonly board: Timing;
}

/** One size of the growth curve. */
export interface Stage {
  readonly users: number;
  readonly days: number;
  /** Raw rows that the rollups add up, none of which is stored. */
  readonly paperRows: number;
  readonly filledSeconds: number;
  readonly bytes: readonly { readonly name: string; readonly rows: number; readonly bytes: number }[];
  readonly panels: readonly PanelTimes[];
  readonly startMs: number;
  readonly scrapeMs: number;
  /** MiB. */
  readonly memory: { readonly atStart: number; readonly serving: number; readonly highest: number };
  /** Of one day: raw rows, rollups and ledger; then nothing changed; then its closing, with the stored rankings. */
  readonly stored: {
    readonly rows: number;
    readonly ms: number;
    readonly unchangedMs: number;
    readonly closeMs: number;
    readonly bytesPerRow: number;
  };
}

export function onPaper(rows: number): string {
  return rows < 1e6 ? rows.toLocaleString('en') : `${(rows / 1e6).toFixed(1)} M`;
}

/** The curve as Markdown: a column a size. */
export function curve(stages: readonly Stage[]): string {
  const line = (what: string, value: (stage: Stage) => string): string =>
    `| ${[what, ...stages.map(value)].join(' | ')} |`;
  const tables = stages[0]?.bytes.map(({ name }) => name) ?? [];
  const panels = stages[0]?.panels.map(({ name }) => name) ?? [];
  return [
    '### Growth curve (P12)',
    '',
    line(
      '',
      ({ users, days, paperRows }) =>
        `${users.toLocaleString('en')} users × ${days} days, ${onPaper(paperRows)} raw rows on paper`,
    ),
    `|---|${stages.map(() => '---:|').join('')}`,
    ...panels.map((panel) =>
      line(
        `${panel}: cached, 8 clients p95 / first call after a change, 1 client fastest, p50, ` +
          'p95 / boards of 8 clients after a change p95',
        ({ panels: found }) => timesOf(found.find(({ name }) => name === panel)),
      ),
    ),
    ...tables.map((table) => line(`\`${table}\``, ({ bytes }) => sizeOf(bytes.find(({ name }) => name === table)))),
    line(
      'rollups and running totals together',
      ({ bytes, users, days }) =>
        `${mb(total(bytes))} (${(total(bytes) / (users * days)).toFixed(0)} bytes a user and day)`,
    ),
    line(
      'raw rows, by extrapolation',
      ({ stored, paperRows }) => `${mb(stored.bytesPerRow * paperRows)} (${stored.bytesPerRow.toFixed(0)} bytes a row)`,
    ),
    line(
      'a day stored (raw rows, rollups, ledger)',
      ({ stored }) =>
        `${stored.rows.toLocaleString('en')} rows in ${stored.ms.toFixed(0)} ms: ` +
        `${Math.round((stored.rows / stored.ms) * 1000).toLocaleString('en')} a second`,
    ),
    line('the same day again, unchanged', ({ stored }) => `${stored.unchangedMs.toFixed(0)} ms`),
    line('a day closed (running totals, stored rankings)', ({ stored }) => `${stored.closeMs.toFixed(0)} ms`),
    line('exporter: start to ready', ({ startMs }) => `${startMs.toFixed(0)} ms`),
    line('exporter: `/metrics`, median', ({ scrapeMs }) => `${scrapeMs.toFixed(1)} ms`),
    line(
      'exporter: memory after start / serving / highest',
      ({ memory }) => `${memory.atStart.toFixed(0)} / ${memory.serving.toFixed(0)} / ${memory.highest.toFixed(0)} MiB`,
    ),
    line('filling it here', ({ filledSeconds }) => `${filledSeconds.toFixed(0)} s`),
    '',
  ].join('\n');
}

function timesOf(panel: PanelTimes | undefined): string {
  return panel === undefined
    ? '–'
    : `${ms(panel.loaded.p95)} / ${ms(panel.first.fastest)}, ${ms(panel.first.p50)}, ` +
        `${ms(panel.first.p95)} / ${ms(panel.board.p95)} ms`;
}

function sizeOf(table: { rows: number; bytes: number } | undefined): string {
  return table === undefined ? '–' : `${table.rows.toLocaleString('en')} rows, ${mb(table.bytes)}`;
}

function total(tables: Stage['bytes']): number {
  return tables.reduce((sum, { bytes }) => sum + bytes, 0);
}

function ms(value: number): string {
  return value < 10 ? value.toFixed(1) : value.toFixed(0);
}

function mb(bytes: number): string {
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
