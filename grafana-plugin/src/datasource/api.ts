import { defer, map, ReplaySubject, share, tap, timer, type Observable } from 'rxjs';
import { getBackendSrv } from '@grafana/runtime';

/** How long the panels of one load share a response: far below the second within which an invoice must be visible. */
const SHARED_MS = 500;

export interface ExporterApi {
  /**
   * The JSON of a GET below the data source's proxy address, such as `metrics/summary?from=…`. The request is sent when
   * the first subscriber comes, and cancelled when the last one leaves before it is answered.
   *
   * Fails with what `getBackendSrv().fetch` throws; `problemOf` reads it.
   */
  get(address: string): Observable<unknown>;
}

/**
 * `base`: the proxy address of the data source. Equal requests that run, or have just finished, are sent once.
 */
export function exporterApi(base: string): ExporterApi {
  const shared = new Map<string, Observable<unknown>>();
  const forget = (address: string) => void shared.delete(address);
  return {
    get(address) {
      const known = shared.get(address);
      if (known !== undefined) return known;
      const answer = defer(() =>
        getBackendSrv().fetch<unknown>({ url: `${base}/${address}`, method: 'GET', showErrorAlert: false }),
      ).pipe(
        map((response) => response.data),
        tap({ error: () => forget(address), unsubscribe: () => forget(address) }),
        shareFor(() => forget(address)),
      );
      shared.set(address, answer);
      return answer;
    },
  };
}

/** Subscribers at the same time, and for `SHARED_MS` after the answer, get the one answer. */
const shareFor =
  (over: () => void) =>
  (source: Observable<unknown>): Observable<unknown> =>
    source.pipe(
      share({
        connector: () => new ReplaySubject<unknown>(1),
        resetOnComplete: () => timer(SHARED_MS).pipe(tap(over)),
      }),
    );
