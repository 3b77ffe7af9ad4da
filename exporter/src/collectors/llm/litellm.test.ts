import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts';
import { dryRunContext } from '../../../test/collect-context.ts';
import { hasPrometheus, startPrometheus, until, type PrometheusServer } from '../../../test/providers/prometheus.ts';
import { freePort } from '../../../test/tcp.ts';
import { llmSettings } from '../../../test/providers/llm-settings.ts';
import { createLlmCollector } from './index.ts';

const LITELLM = process.env.LITELLM ?? '';
const KEY = 'sk-local-0123456789abcdef0123456789abcdef';

// Answers are made up by the proxy itself: 10 tokens in, 20 out. Nothing leaves this machine.
const CONFIG = `
model_list:
  - model_name: gpt-4o
    litellm_params: {model: openai/gpt-4o, api_key: x, api_base: "http://127.0.0.1:9/v1", mock_response: "hello"}
  - model_name: claude
    litellm_params: {model: anthropic/claude-sonnet-4-5-20250929, api_key: x, api_base: "http://127.0.0.1:9/v1", mock_response: "hi"}
  - model_name: stranger
    litellm_params: {model: openai/nobody-knows-this-1, api_key: x, api_base: "http://127.0.0.1:9/v1", mock_response: "hi"}
  - model_name: broken
    litellm_params: {model: openai/gpt-4o-mini, api_key: x, api_base: "http://127.0.0.1:9/v1", mock_response: "litellm.RateLimitError"}
litellm_settings:
  callbacks: ["prometheus"]
  enable_end_user_cost_tracking_prometheus_only: true
  num_retries: 0
general_settings:
  master_key: ${KEY}
`;

/** A LiteLLM proxy; the LITELLM variable is the path of its program. */
describe.skipIf(!hasPrometheus || !existsSync(LITELLM))('a real LiteLLM proxy, scraped by a real Prometheus', () => {
  let database: TestDatabase;
  let prometheus: PrometheusServer;
  let proxy: string;

  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'marginboard-litellm-'));
    const port = await freePort();
    proxy = `http://127.0.0.1:${port}`;
    await writeFile(join(folder, 'config.yaml'), CONFIG);
    const child = spawn(
      LITELLM,
      ['--host', '127.0.0.1', '--port', String(port), '--config', join(folder, 'config.yaml')],
      { stdio: 'ignore', env: { ...process.env, LITELLM_LOCAL_MODEL_COST_MAP: 'True' } },
    );
    const ended = once(child, 'exit');
    await until(async () => (await fetch(`${proxy}/health/liveliness`)).ok, 90_000);
    const scrape = `scrape_configs:\n  - job_name: litellm\n    scrape_interval: 1s\n    metrics_path: /metrics/\n    authorization: {credentials: ${KEY}}\n    static_configs: [{targets: ["127.0.0.1:${port}"]}]\n`;
    [database, prometheus] = await Promise.all([createTestDatabase(), startPrometheus([], scrape)]);
    return async () => {
      child.kill('SIGKILL');
      await Promise.all([ended, prometheus.close(), database.drop()]);
      await rm(folder, { recursive: true, force: true });
    };
  }, 120_000);

  async function ask(model: string, user: string): Promise<number> {
    const response = await fetch(`${proxy}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model, user, messages: [{ role: 'user', content: 'hello' }] }),
    });
    await response.text();
    return response.status;
  }

  async function value(query: string): Promise<number> {
    const response = await fetch(`${prometheus.url}/api/v1/query?query=${encodeURIComponent(query)}`);
    const text = await response.text();
    return Number(/"value":\[[^,]+,"([^"]+)"\]/.exec(text)?.[1] ?? Number.NaN);
  }

  it('gives usage, reported cost, requests and errors by user and model', async () => {
    // Read once before anybody asked: what follows is born inside the day.
    await until(async () => (await value('up{job="litellm"}')) === 1);
    for (const [model, user] of [
      ['gpt-4o', 'ada'],
      ['gpt-4o', 'ada'],
      ['claude', 'bob'],
      ['stranger', 'bob'],
    ] as const)
      expect(await ask(model, user)).toBe(200);
    expect(await ask('broken', 'ada')).toBe(429);
    await until(
      async () =>
        (await value('sum(litellm_requests_metric_total)')) === 4 &&
        (await value('sum(litellm_proxy_failed_requests_metric_total)')) === 1,
    );
    const collector = createLlmCollector(llmSettings(prometheus.url, { LLM_PRESET: 'litellm' }));
    const context = dryRunContext(database.pool, new Date().toISOString());
    const { data, warnings } = await collector.collect(context);
    const rows = data.days.flatMap((day) => [...day.rows]);
    const sum = (of: (row: (typeof rows)[number]) => number, user: string, model: string) =>
      rows.filter((row) => row.user === user && row.model === model).reduce((total, row) => total + of(row), 0);
    expect([
      sum((row) => row.prompt, 'ada', 'gpt-4o'),
      sum((row) => row.completion, 'ada', 'gpt-4o'),
      sum((row) => row.requests, 'ada', 'gpt-4o'),
    ]).toEqual([20, 40, 2]);
    // 20 in at 2.50, 40 out at 10: what LiteLLM reports is what we compute.
    expect(sum((row) => Number(row.reported), 'ada', 'gpt-4o')).toBe(450);
    expect(sum((row) => Number(row.computed), 'ada', 'gpt-4o')).toBe(450);
    expect(sum((row) => Number(row.reported), 'bob', 'claude-sonnet-4-5-20250929')).toBe(330);
    // LiteLLM reports 0 for a model that it has no price for: that is no cost of 0.
    expect(rows.find((row) => row.model === 'nobody-knows-this-1')).toMatchObject({
      provider: 'openai',
      prompt: 10,
      reported: undefined,
      computed: undefined,
    });
    expect(rows.find((row) => row.errors > 0)).toMatchObject({ user: 'ada', requests: 1, errors: 1 });
    expect(warnings).toContainEqual(expect.objectContaining({ code: 'unpriced_usage' }));
  }, 90_000);
});
