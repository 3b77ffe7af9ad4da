import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { serveStripe, emptyAccount, STRIPE_KEY } from '../../../exporter/test/providers/stripe.ts';
import { manySubscriptions } from '../../../exporter/test/providers/stripe-objects.ts';
import { openServer } from '../harness/database.ts';
import { buildExporter, runExporter, untilReady, type RunningExporter } from '../harness/exporter.ts';
import { load, type LoadReport } from './load.ts';

// One, two and four exporters on one database: every panel and /metrics read by the same number of clients, all asked
// to synchronise (one may), invoices entered on each in turn. Usage: node benchmarks/src/several/main.ts [--seconds 20]
// [--clients 8]

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '20' }, clients: { type: 'string', default: '8' } },
});
await buildExporter();
const server = await openServer();
const stripe = await serveStripe({ ...emptyAccount(), ...manySubscriptions(200, 5) });
const reports: LoadReport[] = [];
try {
  for (const count of [1, 2, 4]) {
    const database = await server.create();
    const running: RunningExporter[] = [];
    try {
      for (let one = 0; one < count; one += 1) {
        running.push(
          await runExporter({
            DATABASE_URL: database.url,
            DEMO: 'true',
            STRIPE_SECRET_KEY: STRIPE_KEY,
            STRIPE_API_URL: stripe.url,
          }),
        );
        await untilReady(running.at(-1)?.url ?? '');
      }
      const report = await load(running, { clients: Number(values.clients), seconds: Number(values.seconds) });
      console.error(JSON.stringify(report));
      reports.push(report);
    } finally {
      await Promise.all(running.map((one) => one.stop()));
      await database.drop();
    }
  }
} finally {
  await stripe.close();
  await server.stop();
}
const ms = (value: number): string => value.toFixed(value < 10 ? 1 : 0);
console.log(
  [
    `${availableParallelism()} cores for exporters, Postgres and ${values.clients} clients together; ` +
      `${server.name}, Node ${process.versions.node}.`,
    '',
    '| exporters | answers/s | p50 ms | p95 ms | p99 ms | sync-all | ' +
      'entry right on all by API, p95 ms | in /metrics of all, p95 ms |',
    '|---:|---:|---:|---:|---:|---|---:|---:|',
    ...reports.map(
      (one) =>
        `| ${one.exporters} | ${Math.round(one.perSecond)} | ${ms(one.latency.p50)} | ${ms(one.latency.p95)} | ${ms(one.latency.p99)} | ${Object.entries(
          one.syncs,
        )
          .map(([status, count]) => `${status}: ${count}`)
          .join(', ')} | ${ms(one.api.p95)} | ${ms(one.metrics.p95)} |`,
    ),
    '',
  ].join('\n'),
);
const wrong = reports.flatMap((one) => one.wrong);
if (wrong.length > 0) {
  console.error(wrong.slice(0, 20).join('\n'));
  process.exitCode = 1;
}
