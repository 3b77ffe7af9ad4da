import { parse } from 'yaml';
import { z } from 'zod';

/** A mapping of one's own: which series of Prometheus hold LLM usage. docs/providers/llm.md describes its fields. */

const FIELDS = [
  'input',
  'output',
  'cacheRead',
  'cacheWrite',
  'cacheWrite1h',
  'audioInput',
  'audioOutput',
  'gatewayCache',
  'cost',
  'requests',
  'errors',
] as const;

const matcher = z
  .string()
  .regex(
    /^[a-zA-Z_]\w*\s*(=|!=|=~|!~)\s*"(?:[^"\\]|\\.)*"$/,
    'must be a matcher such as status="error" or type=~"input|prompt"',
  );
const pattern = z.string().refine(isPattern, 'must be a regular expression for names of metrics');
const labels = z.array(z.string().regex(/^[a-zA-Z_]\w*$/, 'must be the name of a label')).max(10);

const series = z.strictObject({
  fields: z.array(z.enum(FIELDS, `must be one of ${FIELDS.join(', ')}`)).min(1, 'must name at least one figure'),
  metric: z.string().regex(/^[a-zA-Z_:][\w:]*$/, 'must be the name of a metric, without labels'),
  matchers: z.array(matcher).max(20).optional(),
  alsoNamed: pattern.optional(),
  elseNamed: pattern.optional(),
  isRare: z.boolean('must be true or false').optional(),
});

const mappingSchema = z.strictObject({
  series: z
    .array(series)
    .max(50)
    .refine(
      (all) => all.some(({ fields }) => fields.some((field) => ['input', 'output', 'cost'].includes(field))),
      'must have a series for input, output or cost',
    ),
  labels: z.strictObject({ user: labels.default([]), provider: labels.default([]), model: labels.default([]) }),
  inputIncludes: z
    .enum(['nothing', 'reads', 'cache'], 'must be nothing, reads or cache: the cached tokens that input counts too')
    .default('cache'),
  zeroCostIsUnknown: z.boolean('must be true or false').default(false),
  provider: z.string().min(1).optional(),
  matchers: z.array(matcher).max(20).optional(),
});

export type OwnLlmMapping = z.output<typeof mappingSchema>;

/** Reads a mapping from JSON or YAML; a problem names the place in the file (`series[2].metric`) and what is allowed. */
export function parseLlmMapping(text: string): { readonly mapping: OwnLlmMapping } | { readonly problem: string } {
  let content: unknown;
  try {
    content = parse(text);
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : '';
    return { problem: `is neither JSON nor YAML: ${reason.slice(0, 120)}` };
  }
  const parsed = mappingSchema.safeParse(content);
  if (parsed.success) return { mapping: parsed.data };
  const [issue] = parsed.error.issues;
  const place = (issue?.path ?? [])
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
    .join('')
    .replace(/^\./, '');
  return { problem: `${place === '' ? 'the mapping' : place}: ${issue?.message ?? 'cannot be used'}` };
}

/** The setting: its text, checked. */
export const llmMappingText = z.string().superRefine((text, context) => {
  const result = parseLlmMapping(text);
  if ('problem' in result) context.addIssue({ code: 'custom', message: result.problem });
});

function isPattern(text: string): boolean {
  try {
    new RegExp(text);
    return text !== '' && !text.includes('"');
  } catch {
    return false;
  }
}
