import { isRecord } from '../shared/problem.ts';
import { VARIABLE_KINDS, type VariableKind } from './types.ts';

/** An option of a dashboard's variable. */
export interface Choice {
  readonly text: string;
  readonly value: string;
}

interface Source {
  readonly address: string;
  readonly value: string;
  readonly text: string;
}

/** The dataset that lists the values of each kind: a year contains whatever a user may want to filter by. */
export function choicesSource(kind: VariableKind, days: { readonly from: string; readonly to: string }): Source {
  const period = `from=${days.from}&to=${days.to}`;
  switch (kind) {
    case 'providers':
      return { address: `metrics/cost-sources?${period}`, value: 'provider', text: 'provider' };
    case 'llm_providers':
      return { address: `metrics/token-ratios?${period}`, value: 'provider', text: 'provider' };
    case 'models':
      return { address: `metrics/token-ratios?${period}`, value: 'model', text: 'model' };
    case 'users':
      return { address: `metrics/cost-by-user?${period}&limit=1000`, value: 'userId', text: 'email' };
    case 'months':
      return { address: 'metrics/metrics-monthly-summary?months=24', value: 'month', text: 'month' };
    case 'plans':
      return { address: `metrics/mrr-by-plan?${period}&limit=1000`, value: 'plan', text: 'name' };
    case 'products':
      return movementGroups('product', period);
    case 'currencies':
      return movementGroups('currency', period);
    case 'customers':
      return movementGroups('customer', period);
    case 'collectors':
      return { address: 'metrics/sync-status', value: 'collector', text: 'collector' };
  }
}

/** The groups of the year's MRR movements: what the filters of revenue accept, with the names that the token may see. */
const movementGroups = (group: string, period: string): Source => ({
  address: `metrics/mrr-waterfall?${period}&groupBy=${group}&limit=1000`,
  value: 'group',
  text: 'name',
});

/** Each value once, in order of its text; months newest first. */
export function choicesOf(kind: VariableKind, answer: unknown, source: Source): Choice[] {
  const data = isRecord(answer) ? answer['data'] : undefined;
  const rows: readonly unknown[] = Array.isArray(data) ? data : [];
  const choices = new Map<string, Choice>();
  for (const row of rows) {
    if (!isRecord(row)) continue;
    const value = row[source.value];
    const text = row[source.text];
    if (typeof value === 'string' && value !== '')
      choices.set(value, { value, text: typeof text === 'string' ? text : value });
  }
  const sorted = [...choices.values()].sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0));
  return kind === 'months' ? sorted.reverse() : sorted;
}

/** A variable's query: an object of the editor, or just the word ("models") as provisioned boards may write it. */
export function variableKind(query: unknown): VariableKind | undefined {
  const word = isRecord(query) ? (query['kind'] ?? query['query']) : query;
  return VARIABLE_KINDS.find((kind) => kind === word);
}
