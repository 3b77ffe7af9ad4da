import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testContext } from '../../../test/providers/context.ts';
import { listen, type LoopbackServer } from '../../../test/providers/loopback.ts';
import { ACCESS_TOKEN, SECRET_KEY, startFakeSupabase, userId } from '../../../test/providers/supabase.ts';
import { createSupabaseCollector } from './index.ts';
import { z } from 'zod';

const specs = new URL('../../../../../shared/specs/supabase/', import.meta.url);

const recorded = z.object({ status: z.number(), body: z.unknown() });
const spec = z.object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) });
const parameters = z.object({ parameters: z.array(z.object({ name: z.string(), in: z.string() })).default([]) });

function read<Schema extends z.ZodType>(name: string, schema: Schema): z.output<Schema> {
  return schema.parse(JSON.parse(readFileSync(new URL(name, specs), 'utf8')));
}

/** A recorded answer as it was sent; one project only, so that it is the one that is meant. */
function replay(name: string): unknown {
  return read(`recorded/${name}.response.json`, recorded).body;
}

describe.skipIf(!existsSync(specs))('against the official descriptions and recorded answers', () => {
  let server: LoopbackServer;
  beforeAll(async () => {
    server = await listen(({ path }) => {
      if (path === '/auth/v1/admin/users')
        return { body: { users: [{ id: userId(1), aud: 'authenticated', role: 'authenticated', app_metadata: {} }] } };
      if (path === '/storage/v1/bucket') return { body: replay('GET_storage_v1_bucket') };
      if (path.startsWith('/storage/v1/object/list/'))
        return { body: replay('POST_storage_v1_object_list_cli_e2e_bucket') };
      if (path === '/v1/projects') return { body: [replay('GET_v1_projects___PROJECT_REF__')] };
      if (path.endsWith('/billing/addons')) return { body: replay('GET_v1_projects___PROJECT_REF___billing_addons') };
      if (path.startsWith('/v1/organizations/'))
        return { body: { id: 'a', name: 'a', plan: 'pro', opt_in_tags: [], allowed_release_channels: ['ga'] } };
      return undefined;
    });
  });
  afterAll(() => server.close());

  it('reads the recorded answers to the cent and the byte', async () => {
    const collector = createSupabaseCollector({
      SUPABASE_URL: server.url,
      SUPABASE_KEY: SECRET_KEY,
      SUPABASE_DB_URL: undefined,
      SUPABASE_ACCESS_TOKEN: ACCESS_TOKEN,
      SUPABASE_API_URL: server.url,
    });
    const { data } = await collector.collect(testContext());
    expect(data).toMatchObject({ users: 1n, storageBytes: 11n, storageObjects: 1n, plan: 'pro' });
    // Pro with a micro instance: 25 + 0.01344 × 744 − the credit, which covers all of it.
    expect(data.days[0]?.estimate?.monthlyCents).toBe(2_500n);
  });

  it('sends only requests that the descriptions allow', async () => {
    const fake = await startFakeSupabase({
      users: [{ id: userId(1), email: 'a@acme.test' }],
      plan: 'pro',
      buckets: {},
    });
    try {
      const collector = createSupabaseCollector({
        SUPABASE_URL: fake.url,
        SUPABASE_KEY: SECRET_KEY,
        SUPABASE_DB_URL: undefined,
        SUPABASE_ACCESS_TOKEN: ACCESS_TOKEN,
        SUPABASE_API_URL: fake.url,
      });
      await collector.collect(testContext());
      await collector.diagnose(testContext());
      const described = {
        '/auth/v1': read('gotrue_auth.trimmed.json', spec),
        '': read('management_api_v1.trimmed.json', spec),
      };
      const checked = fake.seen.filter((request) => !request.path.startsWith('/storage'));
      expect(checked.length).toBeGreaterThan(4);
      for (const request of checked) {
        const [prefix, { paths }] = Object.entries(described).find(
          ([start]) => start !== '' && request.path.startsWith(start),
        ) ?? ['', described['']];
        const path = request.path.slice(prefix.length);
        const operation = Object.entries(paths).find(([template]) =>
          new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+')}$`).test(path),
        )?.[1]?.[request.method.toLowerCase()];
        expect(operation, `${request.method} ${request.path}`).toBeDefined();
        const allowed = parameters
          .parse(operation)
          .parameters.filter((parameter) => parameter.in === 'query')
          .map((parameter) => parameter.name);
        expect(allowed).toEqual(expect.arrayContaining([...request.query.keys()]));
      }
    } finally {
      await fake.close();
    }
  });
});
