import { parseArgs } from 'node:util';
import { openServer } from '../harness/database.ts';
import { buildExporter } from '../harness/exporter.ts';
import { soak } from './soak.ts';
import { tableOf } from './table.ts';

const USAGE = `npm run soak -- [--syncs 1000] [--scrapes 100000] [--seed 1]

Runs the built exporter with providers that fail in turn and a database that cuts its connections. After every
synchronisation the stored figures are compared with each collector's last success; at the end also rows, memory,
handles and connections.
BENCH_DATABASE_URL is the Postgres server to use (a temporary database is created and dropped there).
Default: the embedded server.`;

const { values } = parseArgs({
  options: {
    syncs: { type: 'string', default: '1000' },
    scrapes: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    help: { type: 'boolean' },
  },
});
if (values.help === true) {
  console.log(USAGE);
} else {
  await buildExporter();
  const server = await openServer();
  const database = await server.create();
  try {
    const started = performance.now();
    const report = await soak({
      url: database.url,
      db: database.pool,
      syncs: Number(values.syncs),
      scrapes: Number(values.scrapes),
      seed: Number(values.seed),
      say: (message) => console.error(`${new Date().toISOString().slice(11, 19)} ${message}`),
    });
    console.log(tableOf(report, server.name, (performance.now() - started) / 1_000));
    process.exitCode = report.wrong.length === 0 ? 0 : 1;
  } finally {
    await database.drop();
    await server.stop();
  }
}
