import { addDays } from '../../../exporter/src/money/days.ts';
import {
  hasPrometheus,
  startPrometheus,
  type PrometheusServer,
  type WrittenSeries,
} from '../../../exporter/test/providers/prometheus.ts';
import { CannotMeasure } from '../harness/bench.ts';
import { modelsOf } from './models.ts';
import { createRandom } from './random.ts';

const MODELS_EACH = 2;
const DAYS = 4;

/**
 * A real Prometheus that holds the LLM counters of so many users, two models each, over the last days. The collector
 * asks for the last reading of a window, so that more readings a day change nothing for it.
 */
export async function prometheusOf(users: number, today: string): Promise<PrometheusServer> {
  if (!hasPrometheus) throw new CannotMeasure('prometheus and promtool are not installed here');
  const random = createRandom(10);
  const models = modelsOf(1);
  const times = Array.from(
    { length: DAYS * 2 },
    (_, index) => `${addDays(today, Math.floor(index / 2) - DAYS)}T${index % 2 === 0 ? '06' : '18'}:00:00Z`,
  );
  const series: WrittenSeries[] = [];
  for (let user = 0; user < users; user += 1) {
    for (let turn = 0; turn < MODELS_EACH; turn += 1) {
      const { provider, model } = models[(user + turn * 5) % models.length] ?? { provider: 'none', model: 'none' };
      const labels = {
        user_id: `user-${(Math.imul(user + 1, 2_654_435_761) >>> 0).toString(16)}-0000-4000-8000-000000000000`,
        provider,
        model,
      };
      const counter = (metric: string, step: number, more: Readonly<Record<string, string>>): WrittenSeries => {
        const growth = 1 + Math.floor(random() * step);
        return {
          metric,
          labels: { ...labels, ...more },
          samples: times.map((time, index): [string, number] => [time, growth * (index + 1)]),
        };
      };
      series.push(
        counter('llm_tokens_total', 9_000, { token_type: 'prompt' }),
        counter('llm_tokens_total', 2_000, { token_type: 'completion' }),
        counter('llm_requests_total', 30, { status: 'success' }),
        counter('llm_requests_total', 2, { status: 'error' }),
      );
    }
  }
  return startPrometheus(series);
}
