import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import type { WrittenSeries } from './prometheus.ts';

/** What one day must come to; costs in micro-USD, null where a cost must be unknown. */
const expected = z.object({
  rows: z.array(
    z.object({
      user: z.string(),
      provider: z.string().optional(),
      model: z.string().optional(),
      prompt: z.number().optional(),
      completion: z.number().optional(),
      cacheRead: z.number().optional(),
      cacheWrite: z.number().optional(),
      requests: z.number().optional(),
      errors: z.number().optional(),
      reported: z.number().nullable().optional(),
      computed: z.number().nullable().optional(),
      cost: z.number().nullable().optional(),
      unpriced: z.number().optional(),
    }),
  ),
  totalCost: z.number().optional(),
  totalPrompt: z.number().optional(),
  totalUnpriced: z.number().optional(),
  warnings: z.array(z.string()).optional(),
  /** Parts of the warnings' messages. */
  messages: z.array(z.string()).optional(),
});

const head = z.object({
  id: z.string(),
  why: z.string(),
  preset: z.enum(['default', 'litellm', 'otel-genai', 'vllm']),
  now: z.string(),
  day: z.string(),
  expect: expected,
});

export interface LlmCase extends z.output<typeof head> {
  readonly series: readonly WrittenSeries[];
}

/** LLM_CASES: a folder of such cases elsewhere, with a slash at its end. */
const FOLDER = new URL(process.env.LLM_CASES ?? '../../../../shared/cases/llm/', import.meta.url);

/** The samples beside the repository; none where the folder is absent. */
export function sharedCases(): LlmCase[] {
  if (!existsSync(FOLDER)) return [];
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('.json'))
    .map((name) => {
      const described = head.parse(JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')));
      return { ...described, series: seriesOf(readFileSync(new URL(name.replace('.json', '.om'), FOLDER), 'utf8')) };
    });
}

const LINE = /^([a-zA-Z_:][\w:]*)\{(.*)\} (\S+) ([\d.]+)$/;

function seriesOf(text: string): WrittenSeries[] {
  const all = new Map<string, { metric: string; labels: Record<string, string>; samples: [number, string][] }>();
  for (const line of text.split('\n')) {
    const [, metric = '', labels = '', value = '', time = ''] = LINE.exec(line) ?? [];
    if (metric === '') continue;
    const name = `${metric}{${labels}}`;
    const series = all.get(name) ?? { metric, labels: labelsOf(labels), samples: [] };
    all.set(name, series);
    series.samples.push([Math.round(Number(time) * 1000), value]);
  }
  return [...all.values()];
}

export function labelsOf(text: string): Record<string, string> {
  return Object.fromEntries([...text.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]));
}

/** The cases in one Prometheus, each in a job of its own, which its mapping is narrowed to. */
export function inOneServer(cases: readonly LlmCase[]): WrittenSeries[] {
  return cases.flatMap(({ id, series }) =>
    series.map(({ labels, ...one }) => {
      const exported = labels['exported_job'];
      return {
        ...one,
        labels: {
          ...labels,
          job: jobOf(id, labels['job'] ?? ''),
          ...(exported === undefined ? {} : { exported_job: jobOf(id, exported) }),
        },
      };
    }),
  );
}

export function jobOf(id: string, job: string): string {
  return `${id}/${job}`;
}
