// @vitest-environment jsdom
import { firstValueFrom } from 'rxjs';
import { standardTransformers, standardTransformersRegistry, toDataFrame, transformDataFrame } from '@grafana/data';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { dashboardFiles } from './build.ts';
import { toFrame } from '../../grafana-plugin/src/datasource/frame.ts';

const health = z
  .object({
    panels: z.array(
      z.looseObject({
        title: z.string(),
        targets: z.array(z.looseObject({ fields: z.array(z.string()).optional() })).default([]),
        transformations: z.array(z.object({ id: z.string(), options: z.record(z.string(), z.unknown()) })).default([]),
      }),
    ),
  })
  .parse(JSON.parse(dashboardFiles()['en/health.json'] ?? 'null'));

const LOG = {
  data: [
    { startedAt: '2026-03-03T00:30:01Z', collector: 'llm', durationMs: 900, upstreamRequests: 0 },
    { startedAt: '2026-03-03T00:30:00Z', collector: 'stripe', durationMs: 2500, upstreamRequests: 7 },
    { startedAt: '2026-03-02T00:30:00Z', collector: 'stripe', durationMs: null, upstreamRequests: 5 },
  ],
};

// As Grafana registers them when it starts; the editors are never opened here.
standardTransformersRegistry.setInit(() =>
  [standardTransformers.sortByTransformer, standardTransformers.groupingToMatrixTransformer].map((transformation) => ({
    id: transformation.id,
    name: transformation.name,
    transformation,
    editor: () => null,
    imageDark: '',
    imageLight: '',
  })),
);

test.each([
  ['Duration of runs', { stripe: [null, 2500, null], llm: [null, null, 900] }],
  ['Requests to providers', { stripe: [5, 7, null], llm: [null, null, 0] }],
])('%s: a line for each collector, forward in time, without invented zeros', async (title, lines) => {
  const panel = health.panels.find((one) => one.title === title);
  const frame = toFrame('A', 'sync-logs', LOG, { fields: panel?.targets[0]?.fields });
  const [shown] = await firstValueFrom(
    transformDataFrame(panel?.transformations ?? [], [
      toDataFrame({ fields: frame.fields.map((field) => ({ ...field, values: [...field.values] })) }),
    ]),
  );
  const [time, ...figures] = shown?.fields ?? [];
  expect(time?.type).toBe('time');
  expect(time?.values).toEqual(
    ['2026-03-02T00:30:00Z', '2026-03-03T00:30:00Z', '2026-03-03T00:30:01Z'].map((at) => Date.parse(at)),
  );
  expect(Object.fromEntries(figures.map(({ name, values }) => [name, values]))).toEqual(lines);
  expect(figures.map(({ type }) => type)).toEqual(['number', 'number']);
});
