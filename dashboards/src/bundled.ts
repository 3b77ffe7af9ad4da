import { DATA_SOURCE_TYPE, DATA_SOURCE_UID, PROMETHEUS_UID } from '../../exporter/src/contract/query.ts';

/** The variables of a bundled board: what each stands for, and the uid that provisioning gives it. */
const SOURCES = [
  { name: 'datasource', label: 'Marginboard', type: DATA_SOURCE_TYPE, uid: DATA_SOURCE_UID },
  { name: 'prometheus', label: 'Prometheus', type: 'prometheus', uid: PROMETHEUS_UID },
] as const;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * A board of `dashboards/` as the plugin includes it, for a Grafana whose data sources have uids of their own. A variable
 * for each data source takes the place of the uid, and links pass the choice on to the next board. The board's uid stays:
 * links between boards work, and a Grafana that provisions the boards does not get them twice.
 */
export function bundledBoard(board: unknown): Record<string, unknown> {
  const used = SOURCES.filter(({ uid }) => JSON.stringify(board).includes(`"uid":"${uid}"`));
  const handedOn = used.map(({ name }) => `\${${name}:queryparam}`);
  const convert = (value: unknown, key = ''): unknown => {
    if (Array.isArray(value)) return value.map((item: unknown) => convert(item));
    if (typeof value === 'string') return key === 'url' ? withSources(value, handedOn) : value;
    if (!isObject(value)) return value;
    const source = key === 'datasource' ? used.find(({ uid }) => uid === value['uid']) : undefined;
    return source === undefined
      ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, convert(inner, name)]))
      : { type: source.type, uid: `\${${source.name}}` };
  };
  const converted = convert(board);
  if (!isObject(converted)) throw new Error('a board is an object');
  const { templating } = converted;
  const variables: readonly unknown[] =
    isObject(templating) && Array.isArray(templating['list']) ? templating['list'] : [];
  return { ...converted, templating: { list: [...used.map(sourceVariable), ...variables] } };
}

const sourceVariable = ({ name, label, type }: (typeof SOURCES)[number]) => ({
  type: 'datasource',
  name,
  label,
  query: type,
  refresh: 1,
  regex: '',
  multi: false,
  includeAll: false,
  hide: 0,
  skipUrlSync: false,
  options: [],
  current: {},
});

/** Only another board of ours asks the same data sources. */
function withSources(url: string, parameters: readonly string[]): string {
  if (!url.startsWith('/d/marginboard-')) return url;
  return `${url}${url.includes('?') ? '&' : '?'}${parameters.join('&')}`;
}
