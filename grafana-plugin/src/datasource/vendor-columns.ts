import { COST_PROVIDERS, costFieldOf } from '../../../exporter/src/contract/providers.ts';
import { compareProviders, OTHER_COLOUR, titleOf, vendorColours } from '../../../exporter/src/contract/vendors.ts';
import { isRecord } from '../shared/problem.ts';

export type Row = Readonly<Record<string, unknown>>;

export interface VendorColumn {
  readonly name: string;
  readonly title: string;
  readonly colour: string;
  /** USD by row; null where the vendor's cost is unknown. */
  readonly values: readonly (number | null)[];
}

/** More colours could not be distinguished; the least expensive vendors beyond it share one column. */
export const MAX_VENDORS = 12;
const MICROS_PER_UNIT = 1e6;

/**
 * A column for each vendor in the lists of `ProviderCost` at `field`, in the order of every list by provider. The rest
 * beyond `MAX_VENDORS` is the column `otherUsd`. Without any cost: the known providers, empty, so that a chart has its
 * columns and their reason.
 */
export function vendorColumns(rows: readonly Row[], field: string, otherTitle = 'Other'): VendorColumn[] {
  const days = rows.map((row) => costsOf(row[field]));
  const totals = new Map<string, number>();
  for (const day of days)
    for (const [provider, { micros }] of day) totals.set(provider, (totals.get(provider) ?? 0) + micros);
  const titles = new Map(days.flatMap((day) => [...day].map(([provider, { title }]) => [provider, title])));
  const byCost = [...totals].sort(([a, x], [b, y]) => y - x || compareProviders(a, b)).map(([provider]) => provider);
  const shown = (totals.size === 0 ? [...COST_PROVIDERS] : byCost.slice(0, MAX_VENDORS)).sort(compareProviders);
  const rest = byCost.slice(MAX_VENDORS);
  const colours = vendorColours(shown);
  const columns = shown.map((provider) => ({
    name: columnName(provider),
    title: titles.get(provider) ?? titleOf(provider),
    colour: colours.get(provider) ?? OTHER_COLOUR,
    values: days.map((day) => sumOf(day, [provider])),
  }));
  if (rest.length === 0) return columns;
  return [
    ...columns,
    { name: 'otherUsd', title: otherTitle, colour: OTHER_COLOUR, values: days.map((day) => sumOf(day, rest)) },
  ];
}

/** `llmUsd`, `hetznerUsd`: the provider's field in the API where it has one, so that overrides hold for both. */
function columnName(provider: string): string {
  return costFieldOf(provider) ?? `${provider}Usd`;
}

type Costs = ReadonlyMap<string, { readonly title: string; readonly micros: number }>;

function costsOf(list: unknown): Costs {
  const entries: readonly unknown[] = Array.isArray(list) ? list : [];
  return new Map(
    entries.flatMap((entry) => {
      if (!isRecord(entry) || typeof entry['provider'] !== 'string' || typeof entry['costUsd'] !== 'string') return [];
      const micros = Math.round(Number(entry['costUsd']) * MICROS_PER_UNIT);
      if (!Number.isFinite(micros)) return [];
      const { provider, title } = entry;
      return [[provider, { title: typeof title === 'string' ? title : titleOf(provider), micros }] as const];
    }),
  );
}

/** Whole micro-dollars, so that a sum of many vendors has no traces of binary fractions. */
function sumOf(day: Costs, providers: readonly string[]): number | null {
  const known = providers.flatMap((provider) => day.get(provider)?.micros ?? []);
  return known.length === 0 ? null : known.reduce((sum, micros) => sum + micros, 0) / MICROS_PER_UNIT;
}
