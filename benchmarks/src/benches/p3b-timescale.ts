import { CannotMeasure, type Bench } from '../harness/bench.ts';
import { runExporter, untilReady } from '../harness/exporter.ts';
import { createClient, ok } from '../harness/http.ts';
import { expectSame, sideBySide } from '../harness/measure.ts';
import { figuresOf, recordStatements } from '../harness/recorder.ts';
import type { Result } from '../harness/result.ts';
import { canonical, panelsOf } from '../workload/panels.ts';
import { openTimescale } from '../workload/timescale.ts';

const ROUNDS = 11;

/**
 * Each panel of usage: the product's API call against the same answer from TimescaleDB's continuous aggregates of the
 * same rows.
 */
export const p3bTimescale: Bench = {
  ids: ['P3B'],
  async run({ history, say }) {
    const server = process.env['TIMESCALE_URL'];
    if (server === undefined) throw new CannotMeasure('TIMESCALE_URL names no Postgres server with TimescaleDB');
    const made = await history();
    say('loading the rows into TimescaleDB …');
    const timescale = await openTimescale(server, made.file);
    const exporter = await runExporter({ DATABASE_URL: made.database.url });
    const client = createClient(exporter.url, { token: await exporter.token('viewer') });
    try {
      await untilReady(exporter.url);
      const panels = panelsOf(made);
      const statements = await recordStatements(
        made.database.url,
        `${made.today}T12:00:00Z`,
        panels.map(({ path }) => path),
      );
      const results: Result[] = [];
      for (const { name, path, raw } of panels) {
        if (raw === undefined) continue;
        const figures = figuresOf(statements.get(path) ?? []);
        const api = (): Promise<string> => ok(client.get(path));
        expectSame(`${name} by the API`, raw.rowsOf(await api()), raw.expected);
        const found = await timescale.query(raw.sql);
        expectSame(
          `${name} by TimescaleDB`,
          found.map((row, index) =>
            row.map((value, column) =>
              raw.expected[index]?.[column]?.includes('.') === true ? canonical(value) : value,
            ),
          ),
          raw.expected,
        );
        // As after something was stored: no answer is cached any more.
        const forget = (): Promise<unknown> =>
          made.database.pool.query('UPDATE data_version SET version = gen_random_uuid()');
        const statement = (): Promise<unknown> =>
          made.database.pool.query(figures?.text ?? '', [...(figures?.values ?? [])]);
        const timing = await sideBySide(
          { statement, cached: api, first: api, timescale: () => timescale.query(raw.sql) },
          { rounds: ROUNDS, warmup: 6, before: new Map([['first' as const, forget]]) },
        );
        say(
          `P3b: ${name}: SQL ${timing.statement.p50.toFixed(1)} ms, ` +
            `call ${timing.first.p50.toFixed(1)} ms computed again, ${timing.cached.p50.toFixed(1)} ms cached, ` +
            `TimescaleDB ${timing.timescale.p50.toFixed(1)} ms`,
        );
        const common = {
          id: 'P3b',
          against:
            `TimescaleDB ${timescale.version}, continuous aggregate by ` +
            `${raw.sql.includes('user_id') ? 'user' : 'model'} and day`,
          unit: 'ms median',
          baseline: timing.timescale.p50,
          target: { ratioAtMost: raw.sql.includes('user_id') ? 0.1 : 0.5 },
          ...(made.totals.all.rows < 5_000_000 && { note: 'the target is for 8.4 M rows' }),
        };
        results.push(
          { ...common, what: `${name}, SQL against SQL`, product: timing.statement.p50 },
          { ...common, what: `${name}, API call`, product: timing.cached.p50 },
          { ...common, what: `${name}, first call after a change`, product: timing.first.p50 },
        );
      }
      return results;
    } finally {
      client.close();
      await exporter.stop();
      await timescale.close();
    }
  },
};
