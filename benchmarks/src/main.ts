import { writeFile } from 'node:fs/promises';
import { arch, availableParallelism, cpus, platform } from 'node:os';
import { p1Panels } from './benches/p1-panels.ts';
import { p3bTimescale } from './benches/p3b-timescale.ts';
import { p4OneDay } from './benches/p4-one-day.ts';
import { p5Scrape } from './benches/p5-scrape.ts';
import { p6Dashboard } from './benches/p6-dashboard.ts';
import { p7Stripe } from './benches/p7-stripe.ts';
import { p8Store } from './benches/p8-store.ts';
import { p9Entry } from './benches/p9-entry.ts';
import { p10Memory } from './benches/p10-memory.ts';
import { p11Start } from './benches/p11-start.ts';
import { p12Growth } from './benches/p12-growth.ts';
import { p13Movements } from './benches/p13-movements.ts';
import { p14StripeHistory } from './benches/p14-stripe-history.ts';
import { p15FirstSync } from './benches/p15-first-sync.ts';
import { p16MonthPage } from './benches/p16-month-page.ts';
import { CannotMeasure, type Bench } from './harness/bench.ts';
import { openServer } from './harness/database.ts';
import { buildExporter } from './harness/exporter.ts';
import { readOptions, USAGE, type Options } from './harness/options.ts';
import { markdown, type Report, type Result, type Skipped } from './harness/result.ts';
import { makeHistory, type History } from './workload/history.ts';

const BENCHES: readonly Bench[] = [
  p1Panels,
  p3bTimescale,
  p4OneDay,
  p5Scrape,
  p6Dashboard,
  p7Stripe,
  p8Store,
  p9Entry,
  p10Memory,
  p11Start,
  p12Growth,
  p13Movements,
  p14StripeHistory,
  p15FirstSync,
  p16MonthPage,
];

const say = (message: string): void =>
  void process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${message}\n`);

/** Every benchmark that was asked for, one after another; one that fails is reported and costs the others nothing. */
async function measure(options: Options): Promise<Report & { readonly failed: boolean }> {
  const start = performance.now();
  const startedAt = new Date().toISOString();
  await buildExporter();
  const server = await openServer();
  let history: Promise<History> | undefined;
  const shared = (): Promise<History> => (history ??= makeHistory(server, options, say));
  const results: Result[] = [];
  const skipped: Skipped[] = [];
  const appendices: string[] = [];
  let failed = false;
  try {
    for (const bench of BENCHES) {
      const asked = bench.ids.filter((id) => options.only?.includes(id) ?? true);
      if (asked.length === 0) continue;
      say(`${bench.ids.join(', ')} …`);
      try {
        results.push(
          ...(
            await bench.run({ options, server, history: shared, say, append: (text) => void appendices.push(text) })
          ).filter(({ id }) => asked.includes(id.toUpperCase())),
        );
      } catch (error) {
        failed ||= !(error instanceof CannotMeasure);
        const why = error instanceof Error ? error.message : String(error);
        say(`${asked.join(', ')}: ${why}`);
        skipped.push(...asked.map((id) => ({ id, why })));
      }
    }
  } finally {
    await history?.then(
      (made) => made.close(),
      () => undefined,
    );
    await server.stop();
  }
  const historyRows =
    history === undefined
      ? null
      : await history.then(
          ({ totals }) => totals.all.rows,
          () => null,
        );
  const machine =
    `${availableParallelism()} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), ` +
    `${platform()} ${arch()}, Node ${process.versions.node}`;
  return {
    startedAt,
    size: { users: options.users, days: options.days, historyRows },
    machine,
    database: server.name,
    seconds: (performance.now() - start) / 1000,
    results,
    skipped,
    appendices,
    failed,
  };
}

const args = process.argv.slice(2);
if (args.includes('--help')) {
  console.log(USAGE);
} else {
  try {
    const options = readOptions(args);
    const { failed, ...report } = await measure(options);
    console.log(options.json ? JSON.stringify(report, null, 2) : markdown(report));
    if (options.write !== undefined) await writeFile(options.write, markdown(report));
    // A missed target is a report; a wrong answer is a failure.
    process.exitCode = failed ? 1 : 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 2;
  }
}
