import type { ReactElement } from 'react';
import { Badge, useStyles2 } from '@grafana/ui';
import type { MissingInvoiceRow } from '../../../exporter/src/contract/billing.ts';
import { INVOICE_ONLY_PROVIDERS } from '../../../exporter/src/contract/providers.ts';
import { text } from '../shared/translations.ts';
import type { Months } from './billing-api.ts';
import { addDays, addMonths, firstDay } from '../shared/days.ts';
import { dayName, money, monthName, providerName } from '../shared/format.ts';
import { appUrl } from '../shared/addresses.ts';
import { tableStyles } from '../shared/table-style.ts';

/** A whole month, or the days that lack an invoice: "Invoice missing: Jul 9, 2026 – Aug 8, 2026". */
function missingText({ month, from, to }: MissingInvoiceRow): string {
  const whole = from === firstDay(month) && to === firstDay(addMonths(month, 1));
  return whole
    ? text('months.missing')
    : text('months.missing-days', { from: dayName(from), to: dayName(addDays(to, -1)) });
}

/** Months by provider: the amount that counts, its source, and which invoice is missing. */
export function MonthsTable({
  months,
  onEnter,
}: {
  readonly months: Months;
  readonly onEnter: (month: string, provider: string) => void;
}): ReactElement {
  const styles = useStyles2(tableStyles);
  const providers = [...new Set([...INVOICE_ONLY_PROVIDERS, ...months.missing.map((row) => row.provider)])];
  const shown = [...new Set([...months.figures, ...months.missing].map((row) => row.month))].sort().reverse();
  if (shown.length === 0) return <p className={styles.quiet}>{text('months.none')}</p>;
  return (
    <div className={styles.scroll} role="group" tabIndex={0} aria-label={text('months.title')}>
      <table className={styles.table} data-testid="months">
        <thead>
          <tr>
            <th scope="col">{text('effect.month')}</th>
            {providers.map((provider) => (
              <th key={provider} scope="col" className="number">
                {providerName(provider)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map((month) => (
            <tr key={month}>
              <th scope="row">{monthName(month)}</th>
              {providers.map((provider) => {
                const row = months.figures.find((entry) => entry.month === month && entry.provider === provider);
                const missing = months.missing.filter((entry) => entry.month === month && entry.provider === provider);
                return (
                  <td key={provider} className="number" data-testid={`month-${month}-${provider}`}>
                    {money(row?.countedUsd ?? null)}
                    <div>
                      {missing.length > 0 ? (
                        <button
                          type="button"
                          className={styles.link}
                          onClick={() => onEnter(month, provider)}
                          aria-label={text('months.enter', {
                            provider: providerName(provider),
                            month: monthName(month),
                          })}
                        >
                          <Badge
                            color="orange"
                            icon="exclamation-triangle"
                            text={missing.map(missingText).join(' · ')}
                          />
                        </button>
                      ) : (
                        row?.source != null && <span className={styles.quiet}>{text(`sources.${row.source}`)}</span>
                      )}
                      {missing.some(({ waitingMail }) => waitingMail !== null) && (
                        <div>
                          <a className={styles.textLink} href={appUrl('inbox')}>
                            {text('months.mail-waits')}
                          </a>
                        </div>
                      )}
                    </div>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
