import type { Micros } from '../../money/micros.ts';
import type { DataPoint, InvoiceItem } from './schema.ts';

/** The products that are told apart; everything else (droplets, load balancers ...) is `other`. */
export const COMPONENTS = ['app_platform', 'databases', 'registry', 'spaces', 'other'] as const;
export type Component = (typeof COMPONENTS)[number];
export type Parts = Readonly<Record<Component, Micros>>;

/** DigitalOcean publishes no list of SKUs: the second token names the product family (`1-DO-DROP-0109`). */
const FAMILIES: ReadonlyMap<string, Component> = new Map([
  ['AP', 'app_platform'],
  ['APP', 'app_platform'],
  ['APPS', 'app_platform'],
  ['DB', 'databases'],
  ['DBAAS', 'databases'],
  ['DBS', 'databases'],
  ['MDB', 'databases'],
  ['CR', 'registry'],
  ['DOCR', 'registry'],
  ['REG', 'registry'],
  ['REGISTRY', 'registry'],
  ['SP', 'spaces'],
  ['SPACE', 'spaces'],
  ['SPACES', 'spaces'],
  ['SPCS', 'spaces'],
  ['DROP', 'other'],
  ['KS', 'other'],
  ['LB', 'other'],
]);

const WORDS: readonly (readonly [RegExp, Component])[] = [
  [/\bapp platform\b|\bapps-[sd]-/i, 'app_platform'],
  [/\b(managed )?databases?( clusters?)?\b|\bdb-(s|m|amd|intel|gd|so1_5)/i, 'databases'],
  [/\bcontainer registry\b|\bregistry\b/i, 'registry'],
  [/\bspaces\b/i, 'spaces'],
];

/** The component of a product's name as an invoice states it: "Managed Databases", "Spaces Subscription". */
export function componentOfProduct(product: string): Component {
  return WORDS.find(([pattern]) => pattern.test(product))?.[1] ?? 'other';
}

/** Billing lines name the product of a description; insights do not, so the lines decide first. */
export type ProductLines = ReadonlyMap<string, Component>;

export function productLines(items: readonly InvoiceItem[]): ProductLines {
  const lines = new Map<string, Component>();
  for (const item of items) {
    const component = componentOfProduct(item.product);
    lines.set(lineKey(item), component);
  }
  return lines;
}

export function componentOf(
  point: Pick<DataPoint, 'sku' | 'description' | 'group_description'>,
  lines: ProductLines,
): Component {
  const known = lines.get(lineKey(point));
  if (known !== undefined) return known;
  for (const token of point.sku.toUpperCase().split('-')) {
    const family = FAMILIES.get(token);
    if (family !== undefined) return family;
  }
  return componentOfProduct(point.description);
}

/** Sums data points by day and component. A day with an amount that cannot be used is null: its sum would be too low. */
export function partsByDay(points: readonly DataPoint[], lines: ProductLines): Map<string, Parts | null> {
  const days = new Map<string, Record<Component, Micros> | null>();
  for (const point of points) {
    const parts = days.has(point.start_date) ? days.get(point.start_date) : noParts();
    if (parts && point.total_amount !== null) parts[componentOf(point, lines)] += point.total_amount;
    days.set(point.start_date, point.total_amount === null ? null : (parts ?? null));
  }
  return days;
}

export function noParts(): Record<Component, Micros> {
  return { app_platform: 0n, databases: 0n, registry: 0n, spaces: 0n, other: 0n };
}

/** Buckets, as far as the Spaces lines name them; undefined when they do not. */
export function bucketsOf(items: readonly InvoiceItem[]): number | undefined {
  const names = items
    .filter((item) => componentOfProduct(item.product) === 'spaces')
    .map((item) => item.resource_uuid || item.resource_id || item.group_description)
    .filter((name) => name !== '');
  return names.length === 0 ? undefined : new Set(names).size;
}

function lineKey({
  group_description: group,
  description,
}: {
  readonly group_description: string;
  readonly description: string;
}): string {
  return `${group}\u0000${description}`;
}
