import { expect } from 'vitest';
import { SUBJECTS } from '../providers.ts';
import { byCollector, type Stage } from '../stage.ts';
import { status, all } from '../provider-trials.ts';
import type { FaultRow } from '../table.ts';

export const providerRunRows: readonly FaultRow[] = [
  {
    id: 11,
    fault: 'key not configured',
    expected: 'skipped not_configured, naming the variable; no alert, no series',
    on: all,
    cases: {
      'no key at all': async (stage) => {
        const empty = Object.fromEntries(
          Object.keys(stage.providers.env)
            .filter((name) => !name.endsWith('_API_URL'))
            .map((name) => [name, '']),
        );
        const { system, database } = await stage.own(empty);
        const { status: code, report } = await system.sync();
        expect(code).toBe(200);
        const variables = {
          digital_ocean: 'DO_API_TOKEN',
          stripe: 'STRIPE_SECRET_KEY',
          weaviate: 'WEAVIATE_URL',
          supabase: 'SUPABASE_URL',
          twilio: 'TWILIO_ACCOUNT_SID',
          llm: 'PROMETHEUS_URL',
        };
        for (const { collector, outcome, reason, message } of report.collectors) {
          expect([outcome, reason], collector).toEqual(['skipped', 'not_configured']);
          expect(message).toContain(variables[collector]);
        }
        expect(await system.figures()).toEqual([]);
        const page = await system.page();
        for (const name of all) {
          expect(page).toContain(`marginboard_collector_enabled{collector="${name}"} 0`);
          expect(stage.providers.gateways[name].seen).toEqual([]);
        }
        expect(page).not.toMatch(/marginboard_collector_run_failures_total\{[^}]*\} [1-9]/);
        expect(
          (await database.pool.query('SELECT 1 FROM do_metrics UNION ALL SELECT 1 FROM component_costs')).rowCount,
        ).toBe(0);
      },
    },
  },
  {
    id: 12,
    fault: 'one of six collectors fails',
    expected: '207; five stored; an outcome for each',
    on: all,
    cases: Object.fromEntries(
      SUBJECTS.map(({ name, path }) => [
        name,
        async (stage: Stage) => {
          const running = await stage.shared();
          await running.database.pool.query(
            'TRUNCATE do_metrics, stripe_metrics, weaviate_metrics, supabase_metrics, twilio_metrics',
          );
          stage.providers.gateways[name].breakAlways(path, status(400));
          const { status: code, report } = await running.system.sync();
          expect([
            code,
            report.outcome,
            report.collectors.filter(({ outcome }) => outcome === 'succeeded').length,
            byCollector(report)[name]?.outcome,
          ]).toEqual([207, 'partial', 5, 'failed']);
          const rows = await running.database.pool.query<Record<string, string>>(
            `SELECT (SELECT count(*) FROM do_metrics WHERE recorded_at = '2026-03-14') AS digital_ocean,
             (SELECT count(*) FROM stripe_metrics WHERE recorded_at = '2026-03-14') AS stripe, (SELECT count(*)
             FROM weaviate_metrics WHERE recorded_at = '2026-03-14') AS weaviate, (SELECT count(*)
             FROM supabase_metrics WHERE recorded_at = '2026-03-14') AS supabase, (SELECT count(*)
             FROM twilio_metrics WHERE recorded_at = '2026-03-14') AS twilio`,
          );
          expect(rows.rows[0]).toEqual(
            Object.fromEntries(all.filter((one) => one !== 'llm').map((one) => [one, one === name ? '0' : '1'])),
          );
          stage.providers.mend();
          expect((await running.system.sync([name])).status).toBe(200);
        },
      ]),
    ),
  },
];
