import { beforeAll, describe, it } from 'vitest';
import { startApi, type TestApi } from '../../../test/api-server.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts';
import { checkLlmCase } from '../../../test/llm-case-check.ts';
import { inOneServer, sharedCases, type LlmCase } from '../../../test/providers/llm-cases.ts';
import { OWN_CASES, READING_CASES } from '../../../test/providers/llm-own-cases.ts';
import {
  hasPrometheus,
  startPrometheus,
  type PrometheusServer,
  type WrittenSeries,
} from '../../../test/providers/prometheus.ts';
import { hasVictoriaMetrics, isNumeric, startVictoriaMetrics } from '../../../test/providers/victoria-metrics.ts';

const CASES: readonly LlmCase[] = [...sharedCases(), ...OWN_CASES];

interface Server {
  readonly name: string;
  readonly isHere: boolean;
  readonly cases: readonly LlmCase[];
  start(series: readonly WrittenSeries[]): Promise<PrometheusServer>;
}

const SERVERS: readonly Server[] = [
  { name: 'Prometheus', isHere: hasPrometheus, cases: CASES, start: startPrometheus },
  {
    name: 'VictoriaMetrics',
    isHere: hasVictoriaMetrics,
    // What a model costs does not depend on the server.
    cases: [...sharedCases(), ...READING_CASES].filter(({ series }) => series.every(isNumeric)),
    start: startVictoriaMetrics,
  },
];

for (const { name, isHere, cases, start } of SERVERS) {
  describe.skipIf(!isHere)(`counters as emitters and gateways write them, from ${name}`, () => {
    let database: TestDatabase;
    let server: PrometheusServer;
    let api: TestApi;

    beforeAll(async () => {
      [database, server] = await Promise.all([createTestDatabase(), start(inOneServer(cases))]);
      api = await startApi(database.url, { env: { NOW: '2026-03-15T06:00:00Z' } });
      return async () => {
        await api.close();
        await Promise.all([database.drop(), server.close()]);
      };
    }, 120_000);

    it.each(cases)('$id: $why', (one) => checkLlmCase({ database, api, url: server.url }, one));
  });
}
