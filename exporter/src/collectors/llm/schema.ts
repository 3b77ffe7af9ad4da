import { z } from 'zod';

/** Answers of Prometheus' HTTP API, as far as they are used; anything else in them is tolerated. */

export type Labels = Readonly<Record<string, string>>;
/** Unix seconds (up to the year 9999) and the value. */
export type Sample = readonly [time: number, value: string];

// An answer holds thousands of series: they are checked as they are, where an object schema would copy each.
const labels = z.custom<Labels>(isLabels, 'expected labels');
const vectorSeries = z.custom<{ readonly metric: Labels; readonly value?: Sample }>(
  (series) =>
    isObject(series) && isLabels(series['metric']) && (series['value'] === undefined || isSample(series['value'])),
  'expected a series with labels and a value',
);
const matrixSeries = z.custom<{ readonly metric: Labels; readonly values?: readonly Sample[] }>((series) => {
  if (!isObject(series) || !isLabels(series['metric'])) return false;
  const { values } = series;
  return values === undefined || (Array.isArray(values) && values.every(isSample));
}, 'expected a series with labels and values');

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isLabels(value: unknown): value is Labels {
  if (!isObject(value)) return false;
  for (const name in value) if (typeof value[name] !== 'string') return false;
  return true;
}

function isSample(value: unknown): value is Sample {
  if (!Array.isArray(value) || value.length !== 2) return false;
  const time: unknown = value[0];
  const text: unknown = value[1];
  return typeof time === 'number' && time >= 0 && time <= 253_402_300_799 && typeof text === 'string';
}

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
    result: z.array(vectorSeries),
  }),
);
export const matrixAnswer = answer(
  z.object({
    resultType: z.literal('matrix'),
    result: z.array(matrixSeries),
  }),
);
export const seriesAnswer = answer(z.array(labels));
export const valuesAnswer = answer(z.array(z.string()));
export const buildAnswer = answer(z.object({ version: z.string().optional() }));

export type MatrixAnswer = Extract<z.output<typeof matrixAnswer>, { status: 'success' }>['data'];
