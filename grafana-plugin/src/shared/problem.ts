/**
 * Why a request failed, as text for the user. Grafana's `getBackendSrv().fetch` throws `{status, data}`;
 * the exporter answers RFC 9457 problem details; the proxies in between answer with text or `{message}`.
 */

export interface FieldProblem {
  readonly field: string;
  readonly message: string;
}

export type ProblemKind =
  'unreachable' | 'token' | 'forbidden' | 'not_marginboard' | 'refused' | 'conflict' | 'busy' | 'failed';

export interface RequestProblem {
  readonly kind: ProblemKind;
  /** 0 if there was no response. */
  readonly status: number;
  /** The message of the exporter (or the proxy); empty if there is none. */
  readonly detail: string;
  readonly fields: readonly FieldProblem[];
  /** On a conflict: the stored invoice that conflicts. */
  readonly adjustmentId?: string;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

function fieldProblems(value: unknown): FieldProblem[] {
  if (!Array.isArray(value)) return [];
  const entries: readonly unknown[] = value;
  return entries.flatMap((entry) =>
    isRecord(entry) && typeof entry['field'] === 'string' && typeof entry['message'] === 'string'
      ? [{ field: entry['field'], message: entry['message'] }]
      : [],
  );
}

/** `data` may be JSON as text: Grafana parses by content type and does not parse problem+json. */
export function documentOf(data: unknown): unknown {
  if (typeof data !== 'string') return data;
  try {
    const parsed: unknown = JSON.parse(data);
    return parsed;
  } catch {
    return data;
  }
}

/** True if the response came from the exporter: its problems have a title and a status. */
const isProblem = (document: unknown, status: number): boolean =>
  isRecord(document) && typeof document['title'] === 'string' && document['status'] === status;

function kindOf(status: number, fromExporter: boolean, detail: string): ProblemKind {
  // The data proxy turns the exporter's 401 into a 400 with this text.
  if (status === 401 || (status === 400 && !fromExporter && /authentication to data source failed/i.test(detail)))
    return 'token';
  if (status === 403) return 'forbidden';
  if (status === 404 && !fromExporter) return 'not_marginboard';
  if (status === 409) return 'conflict';
  if (status === 429 || (status === 503 && fromExporter)) return 'busy';
  if (status === 0 || ((status === 502 || status === 504) && !fromExporter)) return 'unreachable';
  if (status >= 400 && status < 500) return 'refused';
  return 'failed';
}

export function problemOf(error: unknown): RequestProblem {
  if (!isRecord(error)) return { kind: 'failed', status: 0, detail: '', fields: [] };
  const status = typeof error['status'] === 'number' ? error['status'] : 0;
  const document = documentOf(error['data']);
  const fromExporter = isProblem(document, status);
  const detail = isRecord(document)
    ? text(document['detail']) || text(document['message']) || text(document['title'])
    : text(document);
  // An HTML page is not a message.
  const shown = /^\s*</.test(detail) ? '' : detail.slice(0, 500);
  if (status === 0 && !('data' in error))
    return {
      kind: error instanceof TypeError ? 'unreachable' : 'failed',
      status,
      detail: error instanceof Error ? error.message : shown,
      fields: [],
    };
  return {
    kind: kindOf(status, fromExporter, shown),
    status,
    detail: shown,
    fields: isRecord(document) ? fieldProblems(document['errors']) : [],
    ...(isRecord(document) && typeof document['adjustmentId'] === 'string'
      ? { adjustmentId: document['adjustmentId'] }
      : {}),
  };
}

/** The exporter's message with the invalid fields: "The request has invalid fields: from must be a day." */
export function sentenceOf(problem: RequestProblem): string {
  const fields = problem.fields
    .filter(({ message }) => !problem.detail.includes(message))
    .map(({ field, message }) => `${field} ${message}`)
    .join('; ');
  if (fields === '') return problem.detail;
  return problem.detail === '' ? fields : `${problem.detail.replace(/\.$/, '')}: ${fields}`;
}
