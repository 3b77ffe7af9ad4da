import type { ProposedStatement } from '../../../exporter/src/contract/imports.ts';
import type { InboxEffect, InboxReason, InboxRow } from '../../../exporter/src/contract/inbox.ts';
import { isDay } from '../shared/days.ts';
import { daysName, money, monthName, providerName } from '../shared/format.ts';
import { text } from '../shared/translations.ts';

export const subjectOf = ({ subject }: Pick<InboxRow, 'subject'>): string =>
  subject === null || subject.trim() === '' ? text('inbox.no-subject') : subject;

/** "Supabase, R-1, $25.00, Mar 1, 2026 – Mar 31, 2026": what confirming enters. */
export function statementText({
  provider,
  invoiceNumber,
  amount,
  currency,
  periodStart,
  periodEnd,
}: ProposedStatement): string {
  const period =
    periodStart !== null && periodEnd !== null && isDay(periodStart) && isDay(periodEnd)
      ? daysName(periodStart, periodEnd)
      : text('inbox.no-period');
  return [
    provider === null ? text('inbox.no-provider') : providerName(provider),
    ...(invoiceNumber === null ? [] : [invoiceNumber]),
    amount === null ? text('inbox.no-amount') : money(amount, currency ?? 'XXX'),
    period,
  ].join(' · ');
}

/** "March 2026, Supabase: from $25.00 to $37.35", a sentence for each month. */
export function effectTexts({ months }: InboxEffect): string[] {
  return (months ?? []).map(({ month, provider, beforeUsd, afterUsd }) =>
    text(beforeUsd === null ? 'inbox.sets' : 'inbox.changes', {
      month: monthName(month),
      provider: providerName(provider),
      before: money(beforeUsd),
      after: money(afterUsd),
    }),
  );
}

/** Why a mail has its state. What is one sentence of the exporter stays in English. */
export const reasonText = ({ code, detail }: InboxReason): string =>
  text(`inbox.reasons.${code}`, { detail: detail ?? '' });
