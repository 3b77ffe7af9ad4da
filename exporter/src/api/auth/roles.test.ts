import { describe, expect, it } from 'vitest';
import { apiContext } from '../../../test/api-context.ts';
import { ROLES } from '../../contract/datasets.ts';

/** What names people by its nature. */
const ADMIN_READS = new Set([
  '/admin/tokens',
  '/admin/audit-log',
  '/admin/doctor',
  '/admin/billing-adjustments/{id}/document',
  '/admin/inbox',
  '/admin/inbox/{id}/document',
]);

const PEOPLE = /"(createdBy|withdrawnBy|notes)":"/;

/** docs/security.md, "Who may do what", on every route that there is. */

const context = apiContext();

describe('every route', () => {
  it('is written by administrators only, but that `sync` may start a synchronisation; viewers read everything but tokens, the audit log, mails and documents, `figures` reads only metrics', () => {
    for (const {
      doc: { method, path, roles },
    } of context.api.routes) {
      const expected =
        path === '/metrics/sync-all'
          ? ['admin', 'sync']
          : method !== 'get' || ADMIN_READS.has(path)
            ? ['admin']
            : path.startsWith('/metrics/')
              ? ['admin', 'figures', 'viewer']
              : ['admin', 'viewer'];
      expect({ method, path, roles: roles.toSorted() }).toEqual({ method, path, roles: expected });
    }
    expect(context.api.routes.length).toBeGreaterThan(30);
  });

  it('answers 401 without a token and 403 to every other role, before it looks at anything else', async () => {
    for (const {
      doc: { method, path, roles },
    } of context.api.routes) {
      const at = `/api/v1${path.replaceAll(/\{\w+\}/g, '1')}`;
      const anybody = await fetch(context.api.url + at, {
        method: method.toUpperCase(),
        ...(method === 'get' ? {} : { body: 'not even JSON' }),
      });
      expect([at, anybody.status]).toEqual([at, 401]);
      for (const role of ROLES.filter((one) => !roles.includes(one))) {
        const answer = await context.api.send(method.toUpperCase(), at, {
          role,
          ...(method === 'get' ? {} : { body: 'not even JSON' }),
        });
        expect([method, at, role, answer.status, answer.json]).toEqual([
          method,
          at,
          role,
          403,
          { type: 'about:blank', title: 'Forbidden', status: 403 },
        ]);
      }
    }
  });

  it('names nobody to a viewer: no author, no note, no reason', async () => {
    const entered: [string, string, object][] = [
      ['PUT', 'budgets', { provider: 'all', monthUsd: '1' }],
      ['PUT', 'fx-rates', { currency: 'EUR', day: '2026-01-01', usdRate: '1.1' }],
      ['PUT', 'customer-users', { customer: 'c', userId: 'u' }],
      [
        'POST',
        'llm-prices',
        {
          provider: 'acme',
          model: 'm',
          validFrom: '2026-03-01',
          inputUsdPerMillion: '1',
          outputUsdPerMillion: '2',
          notes: 'asked Anna',
        },
      ],
      [
        'POST',
        'billing-adjustment',
        { provider: 'acme', periodStart: '2026-03-01', periodEnd: '2026-04-01', amount: '1.00', notes: 'asked Anna' },
      ],
    ];
    for (const [method, path, body] of entered)
      expect(
        (await context.api.send(method, `/api/v1/admin/${path}`, { body: JSON.stringify(body) })).status,
      ).toBeLessThan(300);
    let named = 0;
    for (const {
      doc: { path },
    } of context.api.routes.filter(
      ({ doc }) =>
        doc.method === 'get' && !doc.path.includes('{') && doc.path.startsWith('/admin') && !ADMIN_READS.has(doc.path),
    )) {
      if (PEOPLE.test((await context.api.get(`/api/v1${path}`, 'admin')).text)) named += 1;
      expect((await context.api.get(`/api/v1${path}`, 'viewer')).text, path).not.toMatch(PEOPLE);
    }
    expect(named).toBe(entered.length);
  });
});
