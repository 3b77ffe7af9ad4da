import { afterAll, beforeAll, expect } from 'vitest';
import { z } from 'zod';
import { API_BASE } from '../src/contract/datasets.ts';
import { startApi, type TestApi, type TestApiOptions } from './api-server.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';
import { seedFigures, seedSync } from './seed-figures.ts';

/** What a test of the API runs against: one database and one API for the file. */
export interface ApiContext {
  readonly database: TestDatabase;
  readonly api: TestApi;
  /** The answer of a path of the REST API, which must be a 200. */
  body(path: string): Promise<unknown>;
  /** The rows of such an answer. */
  rows(path: string): Promise<Record<string, unknown>[]>;
}

const list = z.looseObject({ data: z.array(z.record(z.string(), z.unknown())) });

/** Registers the hooks of the file that calls it; `seed` fills the database before the API starts. */
export function apiContext(
  seed: (database: TestDatabase) => Promise<unknown> = async () => undefined,
  options: TestApiOptions = {},
): ApiContext {
  let database: TestDatabase;
  let api: TestApi;
  beforeAll(async () => {
    database = await createTestDatabase();
    await seed(database);
    api = await startApi(database.url, options);
  });
  afterAll(async () => {
    await api.close();
    await database.drop();
  });
  const body = async (path: string): Promise<unknown> => {
    const answer = await api.get(API_BASE + path);
    expect(answer.status, answer.text).toBe(200);
    return answer.json;
  };
  return {
    get database() {
      return database;
    },
    get api() {
      return api;
    },
    body,
    rows: async (path) => list.parse(await body(path)).data,
  };
}

/** The figures of `seedFigures`, of which all sources were read up to 14 March. */
export async function figuresUpTo14March({ pool }: TestDatabase): Promise<void> {
  await seedFigures(pool);
  await seedSync(pool, '2026-03-14', '2026-03-15T00:31:00Z');
}
