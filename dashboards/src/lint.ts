import { z } from 'zod';
import { DATASETS, type DatasetName } from '../../exporter/src/contract/datasets.ts';
import { DATA_SOURCE_UID, PROMETHEUS_UID } from '../../exporter/src/contract/query.ts';
import { fieldsOf } from '../../grafana-plugin/src/datasource/frame.ts';
import { promqlFaults, yieldedLabels } from './promql.ts';

const fixedRange = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('dashboard') }),
  z.strictObject({ kind: z.literal('days'), days: z.int().positive() }),
  z.strictObject({ kind: z.literal('months'), months: z.int().positive() }),
  z.strictObject({ kind: z.literal('month'), month: z.string() }),
  z.strictObject({ kind: z.literal('all') }),
]);
const range = z.union([
  fixedRange,
  z.strictObject({ kind: z.literal('picker'), opensAt: z.string(), start: fixedRange }),
]);
const source = z.strictObject({ type: z.string(), uid: z.string() });
const target = z.looseObject({
  refId: z.string().min(1),
  datasource: source,
  dataset: z.string().optional(),
  range: z.union([range, z.boolean()]).optional(),
  filters: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
  fields: z.array(z.string()).optional(),
  expr: z.string().optional(),
  legendFormat: z.string().optional(),
});
const link = z.looseObject({ title: z.string(), url: z.string() });
const panel = z.looseObject({
  id: z.int().positive(),
  type: z.string(),
  title: z.string(),
  description: z.string(),
  datasource: source,
  links: z.array(link).default([]),
  gridPos: z.object({ x: z.int().min(0), y: z.int().min(0), w: z.int().positive(), h: z.int().positive() }),
  targets: z.array(target),
  fieldConfig: z.looseObject({
    defaults: z.looseObject({
      unit: z.string().optional(),
      noValue: z.string().optional(),
      links: z.array(link).default([]),
      thresholds: z.looseObject({ steps: z.array(z.object({ value: z.number().nullable(), color: z.string() })) }),
    }),
    overrides: z.array(
      z.object({
        matcher: z.object({ id: z.string(), options: z.unknown() }),
        properties: z.array(z.object({ id: z.string(), value: z.unknown() })),
      }),
    ),
  }),
});
const row = z.looseObject({ id: z.int().positive(), type: z.literal('row'), title: z.string().min(1) });
const variable = z.looseObject({
  name: z.string(),
  current: z.looseObject({ text: z.union([z.string(), z.array(z.string())]).optional() }).optional(),
});
const saved = z.looseObject({
  uid: z.string(),
  title: z.string(),
  description: z.string().min(10),
  timezone: z.literal('utc'),
  tags: z.array(z.string()),
  templating: z.looseObject({ list: z.array(variable).default([]) }).default({ list: [] }),
  panels: z.array(z.union([row, panel])).min(1),
});
/** A board with its panels apart from the row above them. */
export const dashboard = saved.transform(({ panels, ...board }) => ({
  ...board,
  rows: panels.filter((one) => one.type === 'row'),
  panels: panels.filter((one): one is LintPanel => one.type !== 'row'),
}));
export type Dashboard = z.output<typeof dashboard>;
type LintPanel = z.output<typeof panel>;

const UNITS_OF_TABLES = 'none';

/** Everything that is wrong with a board, one message per fault. */
export function faultsOf(board: Dashboard): string[] {
  const faults = board.panels.flatMap((one) => panelFaults(one).map((fault) => `${one.title || one.id}: ${fault}`));
  faults.push(...undefinedVariables(board).map((name) => `there is no variable ${name}`));
  const ids = board.panels.map(({ id }) => id);
  if (new Set(ids).size !== ids.length) faults.push(`panel ids are not unique: ${ids.join(', ')}`);
  board.panels.forEach((one, index) =>
    board.panels.slice(index + 1).forEach((other) => {
      if (overlap(one, other)) faults.push(`${one.title} overlaps ${other.title}`);
    }),
  );
  return faults;
}

function overlap({ gridPos: a }: LintPanel, { gridPos: b }: LintPanel): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

/** The links in the panel's title, or on its figures where the title has no room for them. */
export const linksOf = ({ links, fieldConfig }: LintPanel): LintPanel['links'] => [
  ...links,
  ...fieldConfig.defaults.links,
];

function panelFaults(one: LintPanel): string[] {
  const { defaults } = one.fieldConfig;
  const faults: string[] = [];
  if (one.title.trim() === '') faults.push('no title');
  if (one.description.trim().length < 20) faults.push('no description of what it counts');
  if (
    (defaults.unit ?? '') === '' ||
    (one.type !== 'table' && one.type !== 'stat' && defaults.unit === UNITS_OF_TABLES)
  )
    faults.push('no unit');
  if ((defaults.noValue ?? '') === '') faults.push('has no text for missing data');
  if (one.gridPos.x + one.gridPos.w > 24) faults.push('is wider than 24 columns');
  if (linksOf(one).length === 0) faults.push('has no link to look further');
  if (defaults.thresholds.steps.some(({ value, color }) => value === 80 && color === 'red'))
    faults.push('has the default thresholds');
  if (one.targets.length === 0) faults.push('has no query');
  for (const query of one.targets) faults.push(...targetFaults(query));
  return faults;
}

/** Variables that a panel uses and the board does not define; Grafana's built-in ones begin with two underscores. */
function undefinedVariables({ panels, templating }: Dashboard): string[] {
  const defined = new Set(templating.list.map(({ name }) => name));
  const used = [...JSON.stringify([panels, templating]).matchAll(/\$\{?([A-Za-z]\w*)/g)].map((match) => match[1] ?? '');
  return [...new Set(used)].filter((name) => !defined.has(name));
}

/** Labels of a legend that the result of the expression does not have: the legend would be empty. */
function legendFaults(legend: string, expr: string): string[] {
  const known = yieldedLabels(expr) ?? new Set();
  return [...legend.matchAll(/\{\{\s*(\w+)\s*\}\}/g)]
    .map((match) => match[1] ?? '')
    .filter((label) => !known.has(label))
    .map((label) => `"${expr}" yields no label ${label}`);
}

const isDataset = (name: unknown): name is DatasetName => typeof name === 'string' && Object.hasOwn(DATASETS, name);

function targetFaults({
  datasource,
  dataset,
  range: days,
  filters,
  fields,
  expr,
  legendFormat,
}: LintPanel['targets'][number]): string[] {
  if (datasource.uid === PROMETHEUS_UID)
    return expr === undefined
      ? ['a Prometheus target without expr']
      : [...promqlFaults(expr), ...legendFaults(legendFormat ?? '', expr)];
  if (datasource.uid !== DATA_SOURCE_UID) return [`unknown data source ${datasource.uid}`];
  if (!isDataset(dataset)) return [`unknown dataset ${String(dataset)}`];
  const parameters: readonly string[] = DATASETS[dataset].parameters;
  const known = fieldsOf(dataset);
  return [
    ...(typeof days !== 'object' ? ['no range'] : []),
    ...(typeof days === 'object' && days.kind !== 'all' && !parameters.includes('from')
      ? [`${dataset} takes no range`]
      : []),
    ...Object.keys(filters ?? {})
      .filter((name) => !parameters.includes(name))
      .map((name) => `${dataset} has no filter ${name}`),
    ...(fields ?? []).filter((name) => !Object.hasOwn(known, name)).map((name) => `${dataset} has no field ${name}`),
  ];
}
