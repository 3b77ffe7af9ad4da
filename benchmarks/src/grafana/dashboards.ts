import { request, type APIRequestContext, type Cookie } from '@playwright/test';
import { z } from 'zod';
import { LLM_PROVIDERS, plainSql } from './plain-sql.ts';

const UID = 'bench-plain-sql';
const POSTGRES = { type: 'grafana-postgresql-datasource', uid: UID } as const;

const target = z.looseObject({
  refId: z.string(),
  dataset: z.string(),
  range: z.looseObject({ kind: z.string(), months: z.int().optional() }),
  fields: z.array(z.string()),
});
const panel = z.looseObject({ title: z.string(), repeat: z.string().optional(), targets: z.array(target) });
const row = z.looseObject({ type: z.literal('row') });
const isPanel = (one: z.output<typeof row | typeof panel>): one is z.output<typeof panel> => one.type !== 'row';
const variable = z.looseObject({
  name: z.string(),
  query: z.looseObject({ kind: z.string() }),
  current: z.looseObject({ text: z.union([z.string(), z.array(z.string())]) }),
});
const dashboard = z.looseObject({
  panels: z.array(z.union([row, panel])),
  templating: z.looseObject({ list: z.array(variable) }),
});
const stored = z.object({ dashboard });
const saved = z.object({ url: z.string() });

export interface Sides {
  readonly productUrl: string;
  readonly plainUrl: string;
  readonly cookies: readonly Cookie[];
  /** At least so many panels have to appear: one of a repeated panel. */
  readonly panels: number;
  remove(): Promise<void>;
}

/** Makes the PostgreSQL data source and the dashboard's copy on it. */
export async function makeSides({
  grafana,
  user,
  password,
  database,
  uid,
}: {
  grafana: string;
  user: string;
  password: string;
  database: URL;
  uid: string;
}): Promise<Sides> {
  const api = await request.newContext({ baseURL: grafana });
  await expectOk(api.post('/login', { data: { user, password } }), 'sign-in (GRAFANA_USER, GRAFANA_PASSWORD)');
  await removeFrom(api);
  const { dashboard: product } = stored.parse(
    await (await expectOk(api.get(`/api/dashboards/uid/${uid}`), `the dashboard ${uid}`)).json(),
  );
  await expectOk(
    api.post('/api/datasources', {
      data: {
        name: 'Plain SQL (benchmark)',
        ...POSTGRES,
        access: 'proxy',
        url: database.host,
        user: decodeURIComponent(database.username),
        jsonData: {
          database: database.pathname.slice(1),
          sslmode: 'disable',
          postgresVersion: 1500,
          maxOpenConns: 10,
          maxIdleConns: 10,
          connMaxLifetime: 14_400,
        },
        secureJsonData: { password: decodeURIComponent(database.password) },
      },
    }),
    'the PostgreSQL data source',
  );
  const { url } = saved.parse(
    await (
      await expectOk(
        api.post('/api/dashboards/db', { data: { overwrite: true, dashboard: copyOf(product) } }),
        'the copy of the dashboard',
      )
    ).json(),
  );
  return {
    productUrl: new URL(`/d/${uid}?kiosk`, grafana).href,
    plainUrl: new URL(`${url}?kiosk`, grafana).href,
    cookies: (await api.storageState()).cookies,
    panels: product.panels.filter(isPanel).length,
    async remove() {
      await removeFrom(api);
      await api.dispose();
    },
  };
}

function copyOf(product: z.output<typeof dashboard>): Record<string, unknown> {
  return {
    ...product,
    id: null,
    uid: UID,
    title: 'Business in plain SQL (benchmark)',
    annotations: { list: [] },
    templating: {
      list: product.templating.list.map(plainVariable),
    },
    panels: product.panels.map((one) =>
      isPanel(one)
        ? { ...one, datasource: POSTGRES, targets: one.targets.map((each) => plainTarget(one.title, each)) }
        : one,
    ),
  };
}

/** What titles say is computed in the browser by the product: in plain SQL it would be written into them. */
function plainVariable(one: z.output<typeof variable>): Record<string, unknown> {
  if (one.query.kind === 'llm_providers') return { ...one, datasource: POSTGRES, query: LLM_PROVIDERS };
  const { name, current } = one;
  return { name, type: 'constant', hide: 2, query: current.text, current };
}

function plainTarget(title: string, asked: z.output<typeof target>): Record<string, unknown> {
  const rawSql = plainSql(asked);
  if (rawSql === undefined)
    throw new Error(
      `the panel "${title}" asks for ${asked.dataset}: ${asked.fields.join(', ')}, ` +
        'for which plain-sql.ts has no statement',
    );
  return { refId: asked.refId, datasource: POSTGRES, format: 'table', editorMode: 'code', rawQuery: true, rawSql };
}

async function removeFrom(api: APIRequestContext): Promise<void> {
  await api.delete(`/api/dashboards/uid/${UID}`);
  await api.delete(`/api/datasources/uid/${UID}`);
}

async function expectOk(
  answer: ReturnType<APIRequestContext['get']>,
  what: string,
): ReturnType<APIRequestContext['get']> {
  const got = await answer;
  if (!got.ok()) throw new Error(`Grafana refused ${what}: ${got.status()} ${(await got.text()).slice(0, 300)}`);
  return got;
}
