import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import type { RecordedRequest } from './providers/serve.ts';

/** The providers' own descriptions lie beside the checkout; without them contract tests are skipped. */
const SPECS = new URL('../../../shared/specs/', import.meta.url);

const schemaSchema = z.looseObject({
  type: z.string().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  pattern: z.string().optional(),
  format: z.string().optional(),
});
const parameterSchema = z.looseObject({
  name: z.string(),
  in: z.string(),
  required: z.boolean().nullish(),
  schema: schemaSchema.optional(),
});
const mediaSchema = z.looseObject({
  schema: z.looseObject({ example: z.unknown().optional() }).optional(),
  example: z.unknown().optional(),
  examples: z.record(z.string(), z.looseObject({ value: z.unknown() })).optional(),
});
const operationSchema = z.looseObject({
  parameters: z.array(parameterSchema).optional(),
  responses: z.record(z.string(), z.looseObject({ content: z.record(z.string(), mediaSchema).optional() })),
});
const specSchema = z.looseObject({ paths: z.record(z.string(), z.looseObject({ get: operationSchema.optional() })) });
export type Spec = z.output<typeof specSchema>;

export function specExists(file: string): boolean {
  return existsSync(new URL(file, SPECS));
}

export function loadSpec(file: string): Spec {
  return specSchema.parse(JSON.parse(readFileSync(new URL(file, SPECS), 'utf8')));
}

/**
 * Everything about a GET that the description does not allow; empty when it does. `prefix` is stripped from the path.
 */
export function violations(spec: Spec, request: RecordedRequest): string[] {
  if (request.method !== 'GET') return [`${request.method} ${request.path} is not a read`];
  const found = Object.entries(spec.paths).flatMap(([template, item]) => {
    const values = matchPath(template, request.path);
    return values === undefined || item.get === undefined ? [] : [{ template, values, operation: item.get }];
  });
  // A literal path wins over one with a variable in the same place.
  const match = found.sort((a, b) => Object.keys(a.values).length - Object.keys(b.values).length)[0];
  if (match === undefined) return [`${request.path} is not described`];
  const parameters = match.operation.parameters ?? [];
  const declared = new Map(
    parameters.filter((parameter) => parameter.in === 'query').map((parameter) => [parameter.name, parameter]),
  );
  const unknown = Object.keys(request.query)
    .filter((name) => !declared.has(name))
    .map((name) => `${match.template}: ?${name} is not described`);
  const values = parameters.flatMap((parameter) => {
    const value = parameter.in === 'path' ? match.values[parameter.name] : request.query[parameter.name];
    if (value === undefined) return parameter.required ? [`${match.template}: ${parameter.name} is missing`] : [];
    return off(parameter.schema, value) ? [`${match.template}: ${parameter.name}=${value} is not allowed`] : [];
  });
  return [...unknown, ...values];
}

/** The example answers of a described path. */
export function examples(spec: Spec, path: string): unknown[] {
  const content = spec.paths[path]?.get?.responses['200']?.content?.['application/json'];
  const single = content?.example ?? content?.schema?.example;
  return [
    ...(single === undefined ? [] : [single]),
    ...Object.values(content?.examples ?? {}).map(({ value }) => value),
  ];
}

function matchPath(template: string, path: string): Record<string, string> | undefined {
  const pattern = template
    .split(/\{(\w+)\}/)
    .map((part, index) => (index % 2 === 0 ? part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&') : `(?<${part}>[^/]+)`))
    .join('');
  const match = new RegExp(`^${pattern}$`).exec(path);
  return match === null ? undefined : { ...match.groups };
}

function off(schema: z.output<typeof schemaSchema> | undefined, value: string): boolean {
  if (schema === undefined) return false;
  if (schema.pattern !== undefined && !new RegExp(schema.pattern).test(decodeURIComponent(value))) return true;
  if (schema.format === 'date' && !/^\d{4}-\d{2}-\d{2}$/.test(value)) return true;
  if (schema.type === 'boolean') return value !== 'true' && value !== 'false';
  if (schema.type !== 'integer') return false;
  const number = Number(value);
  return !Number.isInteger(number) || number < (schema.minimum ?? -Infinity) || number > (schema.maximum ?? Infinity);
}
