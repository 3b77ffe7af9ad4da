import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { Gauge } from 'prom-client';
import { createLiveMetrics } from '../../exporter/src/metrics/live.ts';
import { parsePage } from './harness/exposition.ts';

// The baseline of P5, a process of its own: every series of the page in the file that is named as argument, in one
// prom-client registry behind Node's http server and nothing else.
const page = parsePage(readFileSync(process.argv[2] ?? '', 'utf8'));
const build = page.find(({ name }) => name.endsWith('_build_info'))?.labels ?? {};
const live = createLiveMetrics({ version: build['version'] ?? '', revision: build['revision'] ?? '' });
live.databaseUp(true);
for (const route of new Set(
  page.flatMap(({ name, labels }) => (name === 'http_request_duration_seconds_count' ? [labels['route'] ?? ''] : [])),
)) {
  live.observeRequest({ method: 'GET', route, code: 200, seconds: 0.001 });
}
const known = new Set(parsePage(await live.registry.metrics()).map(({ name }) => name));
// Some of the process's own have no series at this moment.
const isKnown = (name: string): boolean => known.has(name) || live.registry.getSingleMetric(name) !== undefined;
for (const [name, series] of Map.groupBy(
  page.filter((one) => !isKnown(one.name)),
  (one) => one.name,
)) {
  const gauge = new Gauge({
    name,
    help: `The figure ${name} of the page.`,
    labelNames: Object.keys(series[0]?.labels ?? {}),
    registers: [live.registry],
  });
  for (const { labels, value } of series) gauge.set({ ...labels }, value);
}

const server = createServer((_request, response) => {
  void live.registry.metrics().then((body) => {
    response.setHeader('Content-Type', live.registry.contentType);
    response.end(body);
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.stdout.write(`${typeof address === 'object' && address !== null ? address.port : 0}\n`);
});
