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

export const withId = (path: string, id: string): string => path.replace('{id}', encodeURIComponent(id));
