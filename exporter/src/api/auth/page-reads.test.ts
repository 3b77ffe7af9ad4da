import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { apiContext, figuresUpTo14March } from '../../../test/api-context.ts';

/** What the pages of the Grafana app read by the read token, whose role is viewer. */

const ROOT = join(import.meta.dirname, '..', '..', '..', '..');
const plugin = z.object({
  routes: z.array(
    z.object({ path: z.string(), method: z.string(), headers: z.array(z.looseObject({ content: z.string() })) }),
  ),
});
const { routes } = plugin.parse(JSON.parse(readFileSync(join(ROOT, 'grafana-plugin', 'src', 'plugin.json'), 'utf8')));
const byReadToken = routes.filter(({ headers }) => JSON.stringify(headers).includes('readToken'));

const context = apiContext(figuresUpTo14March);
const reads = () =>
  byReadToken.flatMap(({ path }) =>
    context.api.routes.filter(
      ({ doc }) =>
        doc.method === 'get' &&
        (path.endsWith('/*') ? doc.path.startsWith(`/${path.slice(0, -1)}`) : doc.path === `/${path}`),
    ),
  );

describe('what the pages of Grafana read by the read token', () => {
  it('is read with it alone, and written by no token but the other', () => {
    expect(byReadToken.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET metrics/*',
      'GET months',
      'GET admin/budgets/*',
      'GET admin/customer-users/*',
    ]);
    for (const { headers } of byReadToken)
      expect(headers).toEqual([
        {
          name: 'Authorization',
          // Without a read token the write token has to do: an app that is set up already goes on working.
          content:
            'Bearer {{ if .SecureJsonData.readToken }}{{ .SecureJsonData.readToken }}{{ else }}{{ .SecureJsonData.writeToken }}{{ end }}',
        },
      ]);
  });

  it('a viewer may read, and is told the same as an administrator', async () => {
    let compared = 0;
    for (const { doc } of reads()) {
      expect([doc.path, doc.roles]).toEqual([doc.path, expect.arrayContaining(['viewer'])]);
      if (doc.path.includes('{')) continue;
      const [viewer, admin] = [
        await context.api.get(`/api/v1${doc.path}`, 'viewer'),
        await context.api.get(`/api/v1${doc.path}`, 'admin'),
      ];
      expect([doc.path, viewer.status, viewer.json]).toEqual([doc.path, admin.status, admin.json]);
      compared += Number(admin.status === 200);
    }
    expect(compared).toBeGreaterThan(20);
  });
});
