import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startApi, type TestApi } from '../../test/api-server.ts';
import { createTestDatabase, type TestDatabase } from '../../test/database.ts';
import { API_BASE, DATASETS } from '../contract/datasets.ts';

const operation = z.object({
  operationId: z.string(),
  tags: z.array(z.string()),
  summary: z.string(),
  security: z.array(z.record(z.string(), z.array(z.string()))),
  parameters: z
    .array(z.object({ name: z.string(), in: z.string(), schema: z.object({ type: z.unknown() }) }))
    .optional(),
  responses: z.record(
    z.string(),
    z.object({
      description: z.string().min(1),
      content: z.record(z.string(), z.object({ schema: z.record(z.string(), z.unknown()) })).optional(),
    }),
  ),
});
const documentSchema = z.object({
  openapi: z.literal('3.1.0'),
  paths: z.record(z.string(), z.record(z.string(), operation)),
  components: z.object({
    schemas: z.record(z.string(), z.unknown()),
    securitySchemes: z.record(z.string(), z.unknown()),
  }),
});

let database: TestDatabase;
let api: TestApi;
let document: z.output<typeof documentSchema>;
beforeAll(async () => {
  database = await createTestDatabase();
  api = await startApi(database.url);
  document = documentSchema.parse((await api.get('/openapi.json')).json);
});
afterAll(async () => {
  await api.close();
  await database.drop();
});

describe('the OpenAPI document', () => {
  it('describes every route with its problem answers, each operation once', () => {
    const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, found]) => ({ path, method, ...found })),
    );
    const isInbound = ({ path }: { readonly path: string }): boolean => path.startsWith(`${API_BASE}/inbound/`);
    const routes = operations.filter((one) => one.path.startsWith(API_BASE) && !isInbound(one));
    expect(routes).toHaveLength(api.routes.length);
    // Signed by who delivers; no token of the API opens them.
    expect(operations.filter(isInbound).map(({ security }) => security)).toEqual([[], [], [], []]);
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
    for (const { path, method, responses, security } of routes) {
      const expected = [
        '400',
        '401',
        '403',
        '404',
        '405',
        '429',
        '500',
        '503',
        ...(method === 'get' ? [] : ['413', '415']),
      ];
      expect(Object.keys(responses), path).toEqual(expect.arrayContaining(expected));
      expect(responses['401']?.content).toEqual({
        'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
      });
      expect(security).toEqual([{ token: [] }]);
    }
  });

  it('refers only to what it contains', () => {
    const text = JSON.stringify(document);
    const names = [...text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map((match) => match[1] ?? '');
    expect(names.length).toBeGreaterThan(0);
    for (const name of names) expect(document.components.schemas).toHaveProperty(name);
  });

  it('has every dataset with its parameters, as the plugin asks for them', () => {
    for (const [name, { path, parameters }] of Object.entries(DATASETS)) {
      const described = document.paths[API_BASE + path]?.['get']?.parameters?.map((parameter) => parameter.name) ?? [];
      expect(document.paths, name).toHaveProperty([API_BASE + path]);
      for (const parameter of parameters) expect(described, name).toContain(parameter);
    }
  });
});
