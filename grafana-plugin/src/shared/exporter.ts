import { lastValueFrom } from 'rxjs';
import { getBackendSrv } from '@grafana/runtime';
import { proxyUrl } from './addresses.ts';

/**
 * Calls the exporter through the app proxy. The exporter has the same version, and its tests check the shape of its
 * responses against the types of the contract.
 *
 * @throws what Grafana's service throws: `{status, data}`
 */
export async function send<Answer>(method: 'GET' | 'POST' | 'PUT', path: string, data?: object): Promise<Answer> {
  const response = await lastValueFrom(
    getBackendSrv().fetch<Answer>({
      url: proxyUrl(path),
      method,
      showErrorAlert: false,
      ...(data === undefined ? {} : { data }),
    }),
  );
  return response.data;
}

interface ListPage<Row> {
  readonly data: readonly Row[];
  readonly nextCursor: string | null;
}

/** A paged list, page by page to its end, or until `most` rows are read. */
export async function sendForAll<Row>(path: string, pageSize: number, most: number): Promise<readonly Row[]> {
  const rows: Row[] = [];
  let cursor: string | null = null;
  do {
    const after: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const page: ListPage<Row> = await send<ListPage<Row>>('GET', `${path}?limit=${pageSize}${after}`);
    rows.push(...page.data);
    cursor = page.nextCursor;
  } while (cursor !== null && rows.length < most);
  return rows;
}

export const withId = (path: string, id: string): string => path.replace('{id}', encodeURIComponent(id));
