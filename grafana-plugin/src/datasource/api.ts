import { lastValueFrom } from 'rxjs';
import { getBackendSrv } from '@grafana/runtime';

/** How long an answer is shared by the panels of one load: far below the second in which an invoice must be visible. */
const SHARED_MS = 500;

export interface ExporterApi {
  /**
   * The JSON of a GET below the data source's proxy address, such as `metrics/summary?from=…`.
   *
   * @throws what `getBackendSrv().fetch` throws; `problemOf` reads it
   */
  get(address: string): Promise<unknown>;
}

/** `base`: the data source's proxy address. Equal questions that are asked at once, or just answered, are asked once. */
export function exporterApi(base: string): ExporterApi {
  const shared = new Map<string, Promise<unknown>>();
  return {
    get(address) {
      const asked = shared.get(address);
      if (asked !== undefined) return asked;
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
