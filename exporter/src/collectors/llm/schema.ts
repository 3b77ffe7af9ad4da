import { z } from 'zod';

/** Answers of Prometheus' HTTP API, as far as they are used; anything else in them is tolerated. */

const labels = z.record(z.string(), z.string());
/** Unix seconds (up to the year 9999) and the value. */
const sample = z.tuple([z.number().min(0).max(253_402_300_799), z.string()]);

/** `status: error` comes with 400, 422 and 503, and from some proxies with 200. */
export const failedAnswer = z.object({
  status: z.literal('error'),
  errorType: z.string().optional(),
  error: z.string().optional(),
});

const notes = {
  warnings: z.array(z.string()).optional(),
  infos: z.array(z.string()).optional(),
  /** VictoriaMetrics says so where some of its stores did not answer. */
  isPartial: z.boolean().optional(),
};

function answer<Data extends z.ZodType>(data: Data) {
  return z.discriminatedUnion('status', [z.object({ status: z.literal('success'), data, ...notes }), failedAnswer]);
}

// A series of native histograms has `histogram` in place of `value`; it holds no counter.
export const vectorAnswer = answer(
  z.object({
    resultType: z.literal('vector'),
    result: z.array(z.object({ metric: labels, value: sample.optional() })),
  }),
);
export const matrixAnswer = answer(
  z.object({
    resultType: z.literal('matrix'),
    result: z.array(z.object({ metric: labels, values: z.array(sample).optional() })),
  }),
);
export const seriesAnswer = answer(z.array(labels));
export const valuesAnswer = answer(z.array(z.string()));
export const buildAnswer = answer(z.object({ version: z.string().optional() }));

export type MatrixAnswer = Extract<z.output<typeof matrixAnswer>, { status: 'success' }>['data'];
export type Labels = z.output<typeof labels>;
