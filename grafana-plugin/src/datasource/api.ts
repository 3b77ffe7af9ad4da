import { lastValueFrom } from 'rxjs';
import { getBackendSrv } from '@grafana/runtime';

/** How long the panels of one load share a response: far below the second within which an invoice must be visible. */
const SHARED_MS = 500;

export interface ExporterApi {
  /**
   * The JSON of a GET below the data source's proxy address, such as `metrics/summary?from=…`.
   *
   * @throws what `getBackendSrv().fetch` throws; `problemOf` reads it
   */
  get(address: string): Promise<unknown>;
}

/**
 * `base`: the proxy address of the data source. Equal requests that run, or have just finished, are sent once.
 */
export function exporterApi(base: string): ExporterApi {
  const shared = new Map<string, Promise<unknown>>();
  return {
    get(address) {
      const pending = shared.get(address);
      if (pending !== undefined) return pending;
      const answer = lastValueFrom(
        getBackendSrv().fetch<unknown>({ url: `${base}/${address}`, method: 'GET', showErrorAlert: false }),
      ).then((response) => response.data);
      shared.set(address, answer);
      const forget = () => void setTimeout(() => shared.delete(address), SHARED_MS);
      answer.then(forget, () => shared.delete(address));
      return answer;
    },
  };
}
