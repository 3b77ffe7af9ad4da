import { METRIC_PREFIX, METRICS, UNPREFIXED_METRICS, type MetricDefinition } from '../contract/metrics.ts';

const TITLES: Readonly<Record<MetricDefinition['group'], string>> = {
  cost: 'Costs',
  revenue: 'Revenue',
  usage: 'Usage',
  llm: 'LLM usage',
  collector: 'Collectors',
  exporter: 'The exporter itself',
};

/** `docs/metrics.md`, made from the definitions. */
export function renderMetricsDoc(): string {
  const all: [string, MetricDefinition][] = [
    ...Object.entries(METRICS).map(([name, definition]): [string, MetricDefinition] => [
      `${METRIC_PREFIX}${name}`,
      definition,
    ]),
    ...Object.entries(UNPREFIXED_METRICS),
  ];
  const groups = [...Map.groupBy(all, ([, definition]) => definition.group)];
  return `# Metrics

Made from \`exporter/src/contract/metrics.ts\` by \`npm run docs\`; do not edit by hand.

\`/metrics\` is served from one snapshot in memory: a scrape touches neither the database nor a provider. A figure that
is not known is absent, never 0. Days and months are UTC. Scrape every 60 s. The default Node and process metrics of
prom-client stand on the same page.
${groups.map(([group, metrics]) => section(TITLES[group], metrics)).join('')}`;
}

function section(title: string, metrics: readonly [string, MetricDefinition][]): string {
  const rows = metrics.map(
    ([name, { type, labels, help }]) =>
      `| \`${name}\` | ${type} | ${labels.map((label) => `\`${label}\``).join(', ') || '–'} | ${help} |`,
  );
  return `
## ${title}

| metric | type | labels | meaning |
|---|---|---|---|
${rows.join('\n')}
`;
}
