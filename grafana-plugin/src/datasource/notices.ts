import type { ApiWarning } from '../../../exporter/src/contract/answers.ts';
import { WARNING_CODES, type DatasetName } from '../../../exporter/src/contract/datasets.ts';
import { MOVEMENT_DATASETS } from '../../../exporter/src/contract/movement-datasets.ts';
import { REVENUE_DATASETS } from '../../../exporter/src/contract/revenue.ts';
import { isRecord } from '../shared/problem.ts';

export interface Notice {
  readonly severity: 'info' | 'warning';
  readonly text: string;
}

/** What a figure is made of. A warning about something else says nothing about it. */
type Subject = 'revenue' | 'llm' | 'infrastructure' | 'fees';

const EVERYTHING: readonly Subject[] = ['revenue', 'llm', 'infrastructure', 'fees'];
const COSTS: readonly Subject[] = ['llm', 'infrastructure'];
const FIELD_SUBJECTS: Readonly<Record<string, readonly Subject[]>> = {
  revenueUsd: ['revenue'],
  mrrUsd: ['revenue'],
  llmCostUsd: ['llm'],
  infrastructureCostUsd: ['infrastructure'],
  costUsd: ['llm', 'infrastructure', 'fees'],
  paymentFeesUsd: ['fees'],
};
const REVENUE_ONLY: readonly string[] = [...Object.keys(MOVEMENT_DATASETS), ...Object.keys(REVENUE_DATASETS)];
const LLM_ONLY: readonly string[] = ['cost-by-user', 'token-ratios', 'error-rates', 'metrics-monthly-summary'];
const MARGINS: readonly string[] = ['summary', 'summary-trend', 'revenue-vs-costs', 'margin-by-customer'];
/** Lists of what is missing or went wrong: their rows are the warnings. */
const LISTS_OF_FAULTS: readonly string[] = ['missing-invoices', 'sync-status', 'sync-logs'];

/** Only figures have subjects; days, names and counts of the row's own do not. */
function subjectsOf(dataset: DatasetName, field: string): readonly Subject[] {
  if (LISTS_OF_FAULTS.includes(dataset)) return [];
  if (LLM_ONLY.includes(dataset)) return ['llm'];
  if (REVENUE_ONLY.includes(dataset)) return ['revenue'];
  const amount = /Usd$|^(marginRatio|byProvider|sources|unpricedTokens)$|^coverage/.test(field);
  if (!amount) return [];
  return MARGINS.includes(dataset) && !field.startsWith('coverage') ? (FIELD_SUBJECTS[field] ?? EVERYTHING) : COSTS;
}

function subjectOfProvider(provider: string): Subject {
  return provider === 'stripe' ? 'revenue' : provider === 'llm' ? 'llm' : 'infrastructure';
}

const touches = (subjects: readonly Subject[], ...wanted: readonly Subject[]): boolean =>
  wanted.some((subject) => subjects.includes(subject));

/** Whether a warning is about a figure of these subjects. Of a warning that names no provider all are suspected. */
function isAbout(
  { code, provider }: ApiWarning,
  subjects: readonly Subject[],
  dataset: DatasetName,
  field: string,
): boolean {
  switch (code) {
    // Every figure is invented then, and must not pass for a real one.
    case 'demo_data':
      return subjects.length > 0;
    // Descriptions say that today is partial, and the cards up to which day they count.
    case 'incomplete_days':
      return false;
    case 'unpriced_tokens':
      return touches(subjects, 'llm') && (!LLM_ONLY.includes(dataset) || /cost|savings/i.test(field));
    case 'missing_cost_days':
      return touches(subjects, 'llm', 'infrastructure');
    case 'missing_revenue_days':
    case 'unknown_mrr_days':
    case 'mrr_history_start':
    case 'mrr_plans_unknown':
      return touches(subjects, 'revenue');
    case 'unknown_fees':
      return touches(subjects, 'fees');
    default:
      return provider === undefined ? subjects.length > 0 : touches(subjects, subjectOfProvider(provider));
  }
}

/** The warnings of an answer that are about one of its fields. */
function warningsAbout(dataset: DatasetName, field: string, warnings: readonly ApiWarning[]): ApiWarning[] {
  const subjects = subjectsOf(dataset, field);
  return warnings.filter((warning) => isAbout(warning, subjects, dataset, field));
}

/**
 * Those about any of the fields that a panel shows, each once, for its corner. `demonstrationSaid`: where the board says
 * that its figures are invented, no panel repeats it.
 */
export function noticesOf(
  dataset: DatasetName,
  fields: readonly string[],
  warnings: readonly ApiWarning[],
  demonstrationSaid = false,
): Notice[] {
  const about = new Set(fields.flatMap((field) => warningsAbout(dataset, field, warnings)));
  return warnings
    .filter((warning) => about.has(warning) && !(demonstrationSaid && warning.code === 'demo_data'))
    .map(({ code, message }) => ({
      severity: code === 'demo_data' ? 'info' : 'warning',
      text: message,
    }));
}

/** Why a column is empty, for which invented figures are not a reason: also that no day of the period is complete, or that nothing else is known of it. */
export function reasonOf(dataset: DatasetName, field: string, warnings: readonly ApiWarning[]): string {
  const subjects = subjectsOf(dataset, field);
  return warnings
    .filter(
      (warning) =>
        warning.code !== 'demo_data' &&
        (isAbout(warning, subjects, dataset, field) || (warning.code === 'incomplete_days' && subjects.length > 0)),
    )
    .map(({ message }) => message)
    .join('\n');
}

/** Unknown codes are of a newer exporter: shown as they are, on every figure. */
export function warningsIn(answer: unknown): ApiWarning[] {
  const list: unknown = isRecord(answer) ? answer['warnings'] : undefined;
  const entries: readonly unknown[] = Array.isArray(list) ? list : [];
  return entries.flatMap((entry): ApiWarning[] => {
    if (!isRecord(entry) || typeof entry['message'] !== 'string') return [];
    const code = WARNING_CODES.find((known) => known === entry['code']) ?? 'stale_collector';
    const provider = entry['provider'];
    return [{ code, message: entry['message'], ...(typeof provider === 'string' ? { provider } : {}) }];
  });
}
