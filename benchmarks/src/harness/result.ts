/**
 * What the ratio is held against: product ÷ baseline at most, baseline ÷ product at least, or the product's own figure.
 */
export type Target = { readonly ratioAtMost: number } | { readonly timesFaster: number } | { readonly atMost: number };

export interface Result {
  /** Row of benchmarks/NOTES.md. */
  readonly id: string;
  readonly what: string;
  readonly against: string;
  /** Of both figures, e.g. `ms p95`, `requests`, `MiB`. */
  readonly unit: string;
  readonly product: number;
  readonly baseline?: number | undefined;
  readonly target: Target;
  readonly note?: string | undefined;
}

export interface Skipped {
  readonly id: string;
  readonly why: string;
}

export interface Report {
  readonly startedAt: string;
  readonly size: { readonly users: number; readonly days: number; readonly historyRows: number | null };
  readonly machine: string;
  readonly database: string;
  readonly seconds: number;
  readonly results: readonly Result[];
  readonly skipped: readonly Skipped[];
  /** Markdown that belongs below the table. */
  readonly appendices: readonly string[];
}

export function ratioOf({ product, baseline }: Result): number | undefined {
  return baseline === undefined || baseline === 0 ? undefined : product / baseline;
}

export function isMet(result: Result): boolean {
  const { target, product } = result;
  const ratio = ratioOf(result);
  if ('atMost' in target) return product <= target.atMost;
  if (ratio === undefined) return false;
  return 'ratioAtMost' in target ? ratio <= target.ratioAtMost : 1 / ratio >= target.timesFaster;
}

export function targetText(target: Target, unit: string): string {
  if ('atMost' in target) return `≤ ${target.atMost} ${unit.split(' ')[0] ?? unit}`;
  return 'ratioAtMost' in target ? `≤ ${target.ratioAtMost}×` : `≥ ${target.timesFaster}× faster`;
}

export function markdown(report: Report): string {
  const { size } = report;
  return [
    `Measured ${report.startedAt.slice(0, 10)}: ${size.users.toLocaleString('en')} users × ${size.days} ` +
      `days${size.historyRows === null ? '' : `, ${size.historyRows.toLocaleString('en')} history rows`}; ` +
      `${report.machine}; ${report.database}; ${Math.round(report.seconds)} s in all.`,
    'Absolute times on a shared machine mean nothing; the ratio of two sides that took turns does.',
    '',
    '| # | product | against | unit | product | baseline | ratio | target | met | note |',
    '|---|---|---|---|---:|---:|---:|---|---|---|',
    ...report.results.map(
      (result) =>
        `| ${[
          result.id,
          result.what,
          result.against,
          result.unit,
          figure(result.product),
          result.baseline === undefined ? '–' : figure(result.baseline),
          ratioText(result),
          targetText(result.target, result.unit),
          isMet(result) ? 'yes' : '**no**',
          result.note ?? '',
        ].join(' | ')} |`,
    ),
    ...(report.skipped.length === 0
      ? []
      : ['', ...report.skipped.map(({ id, why }) => `- ${id} was not measured: ${why}`)]),
    ...report.appendices.flatMap((text) => ['', text]),
    '',
  ].join('\n');
}

function ratioText(result: Result): string {
  const ratio = ratioOf(result);
  if (ratio === undefined) return '–';
  return 'timesFaster' in result.target ? `${figure(1 / ratio)}× faster` : `${figure(ratio)}×`;
}

/** Three digits that mean something. */
function figure(value: number): string {
  if (value === 0 || Number.isInteger(value)) return value.toLocaleString('en');
  return Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)));
}
