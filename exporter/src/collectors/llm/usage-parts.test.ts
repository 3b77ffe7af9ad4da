import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dryRunContext } from '../../../test/collect-context.ts';
import { WRITTEN } from '../../../test/providers/llm-series.ts';
import { hasPrometheus, startPrometheus, type PrometheusServer } from '../../../test/providers/prometheus.ts';
import { API, useRunner } from '../../../test/runner-fixture.ts';
import { llmSettings } from '../../../test/providers/llm-settings.ts';
import { verifyUsage } from '../../llm/maintenance/verify.ts';
import { createLlmCollector } from './index.ts';

const NOW = '2026-03-15T12:00:00Z';
/** A question about a moment before this one is refused. */
const OLDEST = Date.parse('2026-03-09T00:00:00Z') / 1000;

/** Passes on what is asked, but for old days. */
async function startForgetful(upstream: string): Promise<{ server: Server; url: string }> {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', upstream);
    response.setHeader('content-type', 'application/json');
    if (Number(url.searchParams.get('time') ?? OLDEST) < OLDEST)
      return void response.writeHead(400).end('{"status":"error","errorType":"bad_data","error":"too old"}');
    fetch(url)
      .then(async (answer) => response.writeHead(answer.status).end(await answer.text()))
      .catch(() => response.writeHead(502).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return { server, url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}` };
}

describe.skipIf(!hasPrometheus)('days that are stored while a run reads on', () => {
  const { database, runnerOf, rows } = useRunner();
  let prometheus: PrometheusServer;
  let forgetful: Awaited<ReturnType<typeof startForgetful>>;
  beforeAll(async () => {
    prometheus = await startPrometheus(WRITTEN);
    forgetful = await startForgetful(prometheus.url);
  });
  afterAll(async () => {
    forgetful.server.close();
    await prometheus.close();
  });

  const collectorAt = (url: string) => createLlmCollector(llmSettings(url));

  /** What a run should store since a day, from a reading that stores nothing. */
  async function expectedSince(first: string): Promise<string[]> {
    const context = dryRunContext(database().pool, NOW, { back: 33 });
    const { data } = await collectorAt(prometheus.url).collect(context);
    return data.days
      .filter(({ day }) => day >= first)
      .flatMap(({ day, rows: found }) =>
        [...found].map(
          ({ user, provider, model, prompt }) => `${day} ${user.replaceAll(' ', '_')} ${provider} ${model} ${prompt}`,
        ),
      )
      .toSorted();
  }

  async function stored(): Promise<unknown[]> {
    const found = await rows(
      `SELECT day || ' ' || replace(user_id, ' ', '_') || ' ' || provider || ' ' || model || ' ' || prompt_tokens AS row
       FROM llm_metrics_history`,
    );
    return found.map(({ row }) => row).toSorted();
  }

  async function differences(): Promise<number> {
    return (await verifyUsage(database().pool)).reduce((sum, { different }) => sum + different, 0);
  }

  it('stay whole although the run fails at older days, and the next run goes on with those', async () => {
    const failed = await runnerOf([collectorAt(forgetful.url)]).run(API);
    expect(failed.collectors).toMatchObject([{ outcome: 'failed', kind: 'upstream' }]);
    expect(await stored()).toEqual(await expectedSince('2026-03-11'));
    expect(await rows('SELECT day::text FROM collector_days ORDER BY day')).toEqual(
      ['2026-03-11', '2026-03-12', '2026-03-13', '2026-03-14'].map((day) => ({ day })),
    );
    expect(await rows("SELECT day::text FROM collector_samples WHERE samples::text LIKE '%llm_%'")).toEqual([
      { day: '2026-03-14' },
    ]);
    expect(await differences()).toBe(0);

    const { collectors } = await runnerOf([collectorAt(prometheus.url)]).run({ ...API, force: true });
    expect(collectors).toMatchObject([{ outcome: 'succeeded' }]);
    expect(await stored()).toEqual(await expectedSince('2026-01-01'));
    expect(await rows('SELECT closed_through::text AS day FROM usage_state')).toEqual([{ day: '2026-03-14' }]);
    expect(await differences()).toBe(0);
  });
});
