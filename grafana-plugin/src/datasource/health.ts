import { isRecord, type RequestProblem } from '../shared/problem.ts';

export interface Health {
  readonly status: 'success' | 'error';
  /** A key of the plugin's texts, and its values. */
  readonly key: string;
  readonly values: Readonly<Record<string, string | number>>;
}

const minor = (version: string): string => version.split('.').slice(0, 2).join('.');

/**
 * Interprets the two responses of a health check: the state of the collectors (with the token) and the API's
 * description (without).
 */
export function healthOf(status: unknown, document: unknown, pluginVersion: string): Health {
  const info = isRecord(document) && isRecord(document['info']) ? document['info'] : {};
  const version = typeof info['version'] === 'string' ? info['version'] : '';
  if (!isRecord(status) || !Array.isArray(status['data']))
    return { status: 'error', key: 'health.not-marginboard', values: { detail: '' } };
  if (version !== '' && minor(version) !== minor(pluginVersion))
    return { status: 'error', key: 'health.version', values: { exporter: version, plugin: pluginVersion } };
  const rows: readonly unknown[] = status['data'];
  const enabled = rows.filter((row) => isRecord(row) && row['enabled'] === true).length;
  return {
    status: 'success',
    key: 'health.ok',
    values: { version: version === '' ? '?' : version, enabled, collectors: rows.length },
  };
}

/** Says which of URL, token or exporter is wrong, and what to do. */
export function healthOfProblem(problem: RequestProblem, url: string): Health {
  const values = { url, status: problem.status, detail: problem.detail };
  // A 404 of the exporter on a path that it has: the URL has something after the address.
  if (problem.status === 404) return { status: 'error', key: 'health.not-marginboard', values };
  const key = {
    unreachable: 'health.unreachable',
    token: 'health.token',
    forbidden: 'health.forbidden',
    not_marginboard: 'health.not-marginboard',
    busy: 'health.busy',
    refused: 'health.failed',
    conflict: 'health.failed',
    failed: 'health.failed',
  }[problem.kind];
  return { status: 'error', key, values };
}
