import { expect } from 'vitest';
import { z } from 'zod';
import { COLLECTOR_NAMES } from '../../../src/contract/providers.ts';
import { BUILT } from '../../built-exporter.ts';
import { runToExit } from '../../exporter-process.ts';
import { HASTE, unharmed } from '../stage.ts';
import type { FaultRow } from '../table.ts';

export const environmentRows: readonly FaultRow[] = [
  {
    id: 34,
    fault: 'bad environment (typo, missing, bad number)',
    expected: 'exit 1 at start listing every bad variable by name, values hidden',
    on: [],
    cases: {
      'eight at once': async () => {
        const bad = {
          PORT: 'planted-1',
          STRIPE_SECERT_KEY: 'planted-2',
          HOST: '0.0.0.0',
          JWT_SECRET: 'planted-3',
          DO_API_URL: 'http://planted.example',
          NOW: 'planted-4',
          SYNC_SCHEDULE: 'planted * *',
          WEAVIATE_MONTHLY_COST_USD: 'planted-5',
        };
        const { code, output } = await runToExit(bad, BUILT);
        expect(code).toBe(1);
        for (const name of Object.keys(bad)) if (name !== 'HOST') expect(output).toContain(`  ${name}: `);
        expect(output).not.toContain('planted');
      },
    },
  },
  {
    id: 35,
    fault: 'stdout closed; log flood',
    expected: 'no crash; a repeated failure is logged once a run',
    on: COLLECTOR_NAMES,
    cases: {
      'nobody reads standard output and error any more': async (stage) => {
        const running = await stage.own({ LOG_LEVEL: 'trace' });
        const { system } = running;
        expect((await system.sync(['weaviate', 'supabase', 'stripe', 'llm'])).status).toBe(200);
        await unharmed(running, async () => {
          system.child.stdout?.destroy();
          system.child.stderr?.destroy();
          stage.providers.gateways.twilio.breakAlways(/./, { echo: 400 });
          expect((await system.sync(['stripe', 'twilio'])).status).toBe(207);
          expect((await system.sync(['weaviate', 'supabase', 'stripe', 'llm'])).status).toBe(200);
        });
        expect(await system.end('SIGTERM')).toEqual([0, null]);
      },
      'a hundred equal failures in one run': async (stage) => {
        const { system } = await stage.own({}, { haste: HASTE });
        const { weaviate } = stage.providers.state;
        const known = weaviate.collections;
        stage.after(async () => void (weaviate.collections = known));
        weaviate.collections = Object.fromEntries(
          Array.from({ length: 100 }, (_, index) => [`C${index}`, { objects: 5, vectors: { default: 8 } }]),
        );
        stage.providers.gateways.weaviate.breakAlways(/\/v1\/objects/, {
          status: 400,
          json: { error: [{ message: 'planted: no sample' }] },
        });
        await system.sync(['weaviate']);
        await system.sync(['weaviate']);
        const lines = z
          .array(
            z.object({
              level: z.string(),
              msg: z.string().optional(),
              runId: z.string().optional(),
              err: z.object({ message: z.string() }).optional(),
              message: z.string().optional(),
            }),
          )
          .parse(
            system
              .output()
              .split('\n')
              .filter((line) => line.startsWith('{'))
              .map((line): unknown => JSON.parse(line)),
          );
        const failures = lines
          .filter(({ level, runId }) => runId !== undefined && ['warn', 'error', 'fatal'].includes(level))
          .map(({ runId, msg, err, message }) => [runId, msg, err?.message, message].join(' '));
        expect(failures.length).toBeGreaterThan(0);
        expect(new Set(failures).size).toBe(failures.length);
      },
    },
  },
];
