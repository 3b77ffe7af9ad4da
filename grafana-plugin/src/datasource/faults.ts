import { problemOf, sentenceOf } from '../shared/problem.ts';
import { text } from '../shared/lazy-translations.ts';
import { AdHocError } from './ad-hoc.ts';
import { isFilter } from './filters.ts';
import { healthOfProblem } from './health.ts';
import { SeveralValuesError } from './request.ts';
import { NewerQueryError, QUERY_VERSION } from './saved-query.ts';
import type { MarginboardTarget } from './types.ts';

/** "A · Costs by day": which query a message is about. */
export function queryTitle(target: MarginboardTarget): string {
  const name = text(target.dataset === undefined ? `annotations.${target.events}` : `datasets.${target.dataset}`);
  return `${target.refId} · ${name}`;
}

const filterTitle = (name: string): string => (isFilter(name) ? text(`editor.${name}`) : name);

/** What a query failed with, in the person's language; the exporter's own message where it gave one. */
export function faultInWords(error: unknown): string {
  if (error instanceof SeveralValuesError) return text('editor.one-value', { filter: filterTitle(error.filter) });
  if (error instanceof AdHocError) {
    const { key, operator, value } = error.filter;
    return text(`ad-hoc.${error.fault}`, { filter: filterTitle(key), operator, value });
  }
  if (error instanceof NewerQueryError)
    return text('editor.newer-query', { saved: error.version, known: QUERY_VERSION });
  if (error instanceof Error && !('status' in error)) return error.message;
  const problem = problemOf(error);
  const said = sentenceOf(problem);
  if ((problem.kind === 'refused' || problem.kind === 'failed' || problem.kind === 'busy') && said !== '') return said;
  const health = healthOfProblem(problem, '');
  return text(health.key, health.values);
}
