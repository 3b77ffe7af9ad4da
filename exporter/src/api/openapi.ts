import {
  extendZodWithOpenApi,
  OpenAPIRegistry,
  OpenApiGeneratorV31,
  type ResponseConfig,
} from '@asteasolutions/zod-to-openapi';
import { z } from 'zod';
import { API_BASE } from '../contract/datasets.ts';
import { problemSchema } from './http/problem.ts';
import type { DeliveryWay } from './inbound/delivery.ts';
import { deliveryAnswer } from './inbound/routes.ts';
import type { AnswerDoc, Route } from './http/route.ts';

// Only schemas created after this call can be named components.
extendZodWithOpenApi(z);

const PROBLEMS: Readonly<Record<number, string>> = {
  400: 'A parameter or field is unknown or invalid; `errors` names each.',
  401: 'No valid token.',
  403: 'The token may not do this.',
  404: 'There is nothing at this path.',
  405: 'The path does not know this method; see `Allow`.',
  413: 'The body is too large.',
  415: 'The body is not JSON, or in an unknown encoding.',
  429: 'Too many changes or failed logins from this address; see `Retry-After`.',
  500: 'A fault of the exporter; its log has the details.',
  503: 'The database, or the issuer of tokens, does not answer. Try again.',
};

/** The OpenAPI 3.1 document, from the same schemas that check requests. */
export function openApiDocument(routes: readonly Route[], ways: readonly DeliveryWay[], version: string): object {
  const registry = new OpenAPIRegistry();
  const problem = registry.register('Problem', z.object(problemSchema.shape));
  registry.registerComponent('securitySchemes', 'token', {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'A JWT with a role: `npm run token -- --role viewer`, or from the issuer that JWKS_URL names.',
  });
  registry.registerComponent('securitySchemes', 'metricsToken', {
    type: 'http',
    scheme: 'bearer',
    description: 'METRICS_TOKEN.',
  });
  const problemAnswer = (description: string): ResponseConfig => ({
    description,
    content: { 'application/problem+json': { schema: problem } },
  });
  const problemAnswers = (statuses: readonly number[]) =>
    Object.fromEntries(statuses.map((status) => [status, problemAnswer(PROBLEMS[status] ?? '')]));
  const open = (
    path: string,
    operationId: string,
    summary: string,
    contentType: string,
    problems: readonly number[],
    security: Record<string, string[]>[] = [],
  ) =>
    registry.registerPath({
      method: 'get',
      path,
      operationId,
      tags: ['Process'],
      summary,
      security,
      responses: {
        200: {
          description: summary,
          content: { [contentType]: { schema: { type: contentType === 'application/json' ? 'object' : 'string' } } },
        },
        ...problemAnswers(problems),
      },
    });
  open('/-/healthy', 'healthy', 'The process lives.', 'text/plain', []);
  open(
    '/-/ready',
    'ready',
    'The database is migrated and the first snapshot loaded; with `?for=writes` also: it accepts writes.',
    'text/plain',
    [503],
  );
  open(
    '/metrics',
    'metrics',
    'Metrics for Prometheus; asks for METRICS_TOKEN where that is set.',
    'text/plain',
    [401],
    [{}, { metricsToken: [] }],
  );
  open('/openapi.json', 'openApi', 'This document.', 'application/json', []);
  open('/', 'start', 'The start page for people.', 'text/html', []);
  for (const { path, operationId, summary, description, contentType } of ways)
    registry.registerPath({
      method: 'post',
      path: API_BASE + path,
      operationId,
      tags: ['Inbound mail'],
      summary,
      description,
      security: [],
      request: { body: { required: true, content: { [contentType]: { schema: { type: 'string' } } } } },
      responses: {
        200: { description: 'What became of it.', content: { 'application/json': { schema: deliveryAnswer } } },
        ...problemAnswers([400, 401, 404, 405, 413, 415, 429, 500, 503]),
        406: problemAnswer('Not what this way delivers; Mailgun does not try again.'),
        409: problemAnswer('The same signed request was received before.'),
        422: problemAnswer('There is no mail in it, or it is too large to be read.'),
      },
    });
  for (const { doc, query, params, body } of routes) {
    const general = Object.keys(PROBLEMS)
      .map(Number)
      .filter((status) => body.content !== undefined || ![413, 415].includes(status));
    const own = Object.entries(doc.answers).map(([status, answer]): [string, ResponseConfig] => [
      status,
      answerOf(answer) ?? problemAnswer(answer.description),
    ]);
    registry.registerPath({
      method: doc.method,
      path: API_BASE + doc.path,
      operationId: doc.operationId,
      tags: [doc.tag],
      summary: doc.summary,
      description: [doc.description, `Roles: ${doc.roles.join(', ')}.`]
        .filter((part) => part !== undefined)
        .join('\n\n'),
      security: [{ token: [] }],
      request: {
        ...(Object.keys(query.shape).length > 0 ? { query } : {}),
        ...(Object.keys(params.shape).length > 0 ? { params } : {}),
        ...(body.content === undefined ? {} : { body: { required: body.required, content: body.content } }),
      },
      responses: {
        ...problemAnswers(general),
        431: {
          description:
            'Address and headers are longer than 32 kB together; refused before anything is read, without a body.',
        },
        ...Object.fromEntries(own),
      },
    });
  }
  return new OpenApiGeneratorV31(registry.definitions, { sortComponents: 'alphabetically' }).generateDocument({
    openapi: '3.1.0',
    info: {
      title: 'Marginboard',
      version,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      description:
        'What a small software company earns, spends and keeps. Money is a decimal string in USD; what is not ' +
        'known is null, never 0; periods are half-open; days are UTC days.',
    },
    servers: [{ url: '/' }],
  });
}

function answerOf({ description, schema, contentType }: AnswerDoc): ResponseConfig | undefined {
  return schema === undefined
    ? undefined
    : { description, content: { [contentType ?? 'application/json']: { schema } } };
}
