import {
  dateTime,
  LoadingState,
  PluginType,
  VariableHide,
  type AdHocVariableFilter,
  type DataFrame,
  type DataQueryRequest,
  type TypedVariableModel,
} from '@grafana/data';
import { setTemplateSrv } from '@grafana/runtime';
import { MarginboardDataSource } from '../datasource/datasource.ts';
import { DATA_SOURCE_ID } from '../shared/ids.ts';
import { sendTo } from './backend.ts';
import { startLoopbackServer, type LoopbackServer, type ReceivedRequest, type Reply } from './loopback-server.ts';

/** What a board's variables hold, by name: one value or several. */
type Variables = Readonly<Record<string, string | readonly string[]>>;

function formatted(value: string | readonly string[], format: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof format !== 'function') return value.join(',');
  const written: unknown = Reflect.apply(format, undefined, [value]);
  return String(written);
}

const variableOf = (name: string): TypedVariableModel => ({
  id: name,
  name,
  type: 'constant',
  rootStateKey: null,
  global: false,
  hide: VariableHide.dontHide,
  skipUrlSync: false,
  index: 0,
  state: LoadingState.Done,
  error: null,
  description: null,
  current: {},
  options: [],
  query: '',
});

/** Grafana supplies this service at run time; only what the plugin uses of it. */
function useVariables(variables: Variables): void {
  setTemplateSrv({
    getVariables: () => Object.keys(variables).map(variableOf),
    replace: (text = '', _scoped, format) =>
      text.replace(/\$(?:(\w+)|\{(\w+)\})/g, (written, bare?: string, braced?: string) =>
        formatted(variables[bare ?? braced ?? ''] ?? written, format),
      ),
    containsTemplate: (value = '') => value.includes('$'),
    updateTimeRange: () => undefined,
  });
}

/** The data source with an exporter behind Grafana's proxy that answers so. */
export async function startDataSource(
  reply: (request: ReceivedRequest) => Reply,
  variables: Variables = {},
): Promise<{ readonly source: MarginboardDataSource; readonly server: LoopbackServer }> {
  const server = await startLoopbackServer(reply);
  sendTo(server.url);
  useVariables(variables);
  const source = new MarginboardDataSource({
    id: 1,
    uid: 'marginboard',
    type: DATA_SOURCE_ID,
    name: 'Marginboard',
    url: '',
    access: 'proxy',
    readOnly: true,
    jsonData: {},
    meta: {
      id: DATA_SOURCE_ID,
      name: 'Marginboard',
      type: PluginType.datasource,
      module: '',
      baseUrl: '',
      info: {
        author: { name: 'Marginboard' },
        description: '',
        links: [],
        logos: { small: '', large: '' },
        screenshots: [],
        updated: '',
        version: '',
      },
    },
  });
  return { source, server };
}

/** A board's request for March 2026. */
export function requestOf<Query extends { readonly refId: string }>(
  targets: readonly Query[],
  filters: AdHocVariableFilter[] = [],
): DataQueryRequest<Query> {
  const range = { from: dateTime('2026-03-01T00:00:00Z'), to: dateTime('2026-04-01T00:00:00Z') };
  return {
    requestId: 'Q1',
    app: 'dashboard',
    interval: '1d',
    intervalMs: 86_400_000,
    range: { ...range, raw: range },
    scopedVars: {},
    startTime: 0,
    targets: [...targets],
    timezone: 'utc',
    filters,
  };
}

/** A frame as rows. */
export function rowsOf(frame: DataFrame | undefined): Record<string, unknown>[] {
  return Array.from({ length: frame?.length ?? 0 }, (_, index) =>
    Object.fromEntries((frame?.fields ?? []).map(({ name, values }) => [name, values[index]])),
  );
}
