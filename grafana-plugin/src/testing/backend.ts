import { from, Observable } from 'rxjs';
import { setBackendSrv, type BackendSrvRequest, type FetchResponse } from '@grafana/runtime';

/** What Grafana's service throws for an unsuccessful response. */
class FailedRequest extends Error {
  readonly status: number;
  readonly data: unknown;

  constructor(status: number, data: unknown) {
    super(`HTTP ${status}`);
    this.status = status;
    this.data = data;
  }
}

/** The caller gives the type of the response, which is not checked; Grafana's service does not check it either. */
const isAnswer = <T>(value: unknown): value is T => value !== undefined;

/**
 * Grafana supplies this service at run time. Like Grafana's it throws `{status, data}`, parses JSON by its content
 * type, and cancels the request when nobody waits for it any longer.
 */
async function send<T>(base: string, options: BackendSrvRequest, signal: AbortSignal): Promise<FetchResponse<T>> {
  const data: unknown = options.data;
  const isFile = data instanceof Blob;
  const headers: Record<string, string> = {
    ...(isFile || data === undefined ? {} : { 'Content-Type': 'application/json' }),
    ...options.headers,
  };
  const response = await fetch(base + options.url, {
    method: options.method ?? 'GET',
    headers,
    signal,
    ...(data === undefined ? {} : { body: isFile ? await data.arrayBuffer() : JSON.stringify(data) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
  const answer: unknown = isJson ? JSON.parse(text) : text;
  if (!response.ok) throw new FailedRequest(response.status, answer);
  if (!isAnswer<T>(answer)) throw new Error('the answer is empty');
  const { status, statusText, ok, redirected, type, url } = response;
  return { data: answer, status, statusText, ok, redirected, type, url, headers: response.headers, config: options };
}

const unused = (): never => {
  throw new Error('the plugin uses fetch only');
};

/** From now on the plugin's requests go to the server at `base`. */
export function sendTo(base: string): void {
  // Without a type, so that Grafana's deprecated methods need not be implemented.
  const backend = {
    fetch: <T>(options: BackendSrvRequest): Observable<FetchResponse<T>> =>
      new Observable((observer) => {
        const cancel = new AbortController();
        const sent = from(send<T>(base, options, cancel.signal)).subscribe(observer);
        return () => {
          sent.unsubscribe();
          cancel.abort();
        };
      }),
    get: unused,
    delete: unused,
    post: unused,
    patch: unused,
    put: unused,
    request: unused,
    datasourceRequest: unused,
    chunked: unused,
  };
  setBackendSrv(backend);
}
