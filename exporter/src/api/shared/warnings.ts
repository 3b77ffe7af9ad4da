import type { ApiWarning } from '../../contract/datasets.ts';
import type { CollectorName } from '../../contract/providers.ts';
import { titleOf } from '../../contract/vendors.ts';
import { stretchText } from '../../invoices/missing.ts';
import { addDays } from '../../money/days.ts';
import type { ProvenanceFacts, SyncState } from './facts.ts';
import type { CollectorSetting } from '../deps.ts';
import type { Period } from './period.ts';

interface WarningContext extends Period {
  readonly today: string;
  readonly now: Date;
  readonly enabled: readonly CollectorName[];
  readonly lastCompleteDay: string | null;
  readonly settings: readonly CollectorSetting[];
  readonly provider?: string | undefined;
  readonly revenue?: boolean | undefined;
}

/**
 * Data of a day are there some minutes after midnight; a day and a half without a success is a fault (alert DataStale).
 */
const STALE_MS = 36 * 3_600_000;

/** Why the figures of a period should be trusted less; in the order in which a person should read them. */
export function warningsOf(facts: ProvenanceFacts, context: WarningContext): ApiWarning[] {
  return [
    ...(facts.demo ? [{ code: 'demo_data' as const, message: 'Demonstration data: these figures are invented.' }] : []),
    ...notConfigured(facts, context),
    ...collectorWarnings(facts, context),
    ...[...Map.groupBy(facts.missing_invoices, ({ provider }) => provider)]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([provider, stretches]) => ({
        code: 'missing_invoice' as const,
        provider,
        message:
          `No invoice of ${titleOf(provider)} for ${stretches.map(stretchText).join(', ')}: its cost is ` +
          'estimated or missing. Enter it under Billing.',
      })),
    ...facts.unconverted.map(({ provider, currency, days }) => ({
      code: 'unconverted_currency' as const,
      provider,
      message:
        `${titleOf(provider)}: ${days} ${days === 1 ? 'day' : 'days'} in ${currency} without a rate to USD ` +
        'are not in the totals.',
    })),
    ...(facts.unpriced_tokens === '0'
      ? []
      : [
          {
            code: 'unpriced_tokens' as const,
            message:
              `${facts.unpriced_tokens} LLM tokens have no known price and are not in the cost ` +
              `(${facts.unpriced_models.join(', ')}).`,
          },
        ]),
    ...incompleteDays(context),
  ];
}

/** Why a whole side is empty. A provider that is not used gives no warning while there are other figures. */
function notConfigured(facts: ProvenanceFacts, { settings, provider, revenue }: WarningContext): ApiWarning[] {
  return settings.flatMap(({ name, readiness }): ApiWarning[] => {
    if (readiness.outcome !== 'skipped') return [];
    const missing =
      name === 'stripe'
        ? revenue === true && !facts.has_revenue
        : facts.costs.length === 0 && (provider ?? name) === name;
    return missing
      ? [{ code: 'not_configured', provider: name, message: `${titleOf(name)}: ${readiness.message}` }]
      : [];
  });
}

function collectorWarnings(facts: ProvenanceFacts, { enabled, now }: WarningContext): ApiWarning[] {
  return facts.collectors
    .filter(({ collector }) => enabled.includes(collector))
    .flatMap(({ collector, success_at: at }): ApiWarning[] => {
      const title = titleOf(collector);
      if (at === null)
        return [
          {
            code: 'never_succeeded',
            provider: collector,
            message: `${title} has never been read: nothing of it is in these figures unless it was entered.`,
          },
        ];
      return now.getTime() - Date.parse(at) <= STALE_MS
        ? []
        : [
            {
              code: 'stale_collector',
              provider: collector,
              message: `${title} was last read on ${at.slice(0, 16).replace('T', ' ')} UTC.`,
            },
          ];
    });
}

/** When each enabled source will count as stale, if nothing is read meanwhile. */
export function staleFrom({ collectors }: SyncState, enabled: readonly CollectorName[]): Date[] {
  return collectors.flatMap(({ collector, success_at: at }) =>
    at === null || !enabled.includes(collector) ? [] : [new Date(Date.parse(at) + STALE_MS + 1)],
  );
}

function incompleteDays({ from, to, today, lastCompleteDay }: WarningContext): ApiWarning[] {
  if (lastCompleteDay === null)
    return [{ code: 'incomplete_days', message: 'No day is complete for every source yet.' }];
  const first = addDays(lastCompleteDay, 1);
  const last = addDays(to, -1) < today ? addDays(to, -1) : today;
  if (last < first) return [];
  return [
    {
      code: 'incomplete_days',
      message:
        `Days after ${lastCompleteDay} are not complete for every ` +
        `source${first > from ? '' : ': none of this period is'}.`,
    },
  ];
}
