import type { ReactElement } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Alert, Button, useStyles2 } from '@grafana/ui';
import type { BillingPreviewAnswer } from '../../../exporter/src/contract/billing.ts';
import { sentenceOf } from '../shared/problem.ts';
import { text } from '../shared/translations.ts';
import { money, monthName, providerName } from '../shared/format.ts';
import type { Loaded } from '../shared/use-request.ts';

/** The effect of saving on the month's figures. Screen readers announce changes. */
interface Props {
  readonly preview: Loaded<BillingPreviewAnswer>;
  /** Opens the stored invoice that conflicts with the entry. */
  readonly onCorrect?: ((id: string) => void) | undefined;
}

export function Effect({ preview, onCorrect }: Props): ReactElement {
  const styles = useStyles2(effectStyles);
  const rows = preview.answer?.data ?? [];
  return (
    <section
      aria-live="polite"
      aria-busy={preview.loading}
      aria-label={text('effect.title')}
      className={styles.box}
      data-testid="effect"
    >
      <strong>{text('effect.title')}</strong>
      {rows.length === 0 && (
        <p className={styles.quiet}>
          {text(
            preview.loading
              ? 'effect.loading'
              : preview.problem === undefined
                ? 'effect.none'
                : preview.problem.kind === 'conflict'
                  ? 'effect.conflict'
                  : 'effect.not-now',
          )}
        </p>
      )}
      {preview.problem !== undefined && !preview.loading && (
        <p className={styles.quiet}>{sentenceOf(preview.problem)}</p>
      )}
      {preview.problem?.adjustmentId !== undefined && onCorrect !== undefined && (
        <CorrectStored id={preview.problem.adjustmentId} onCorrect={onCorrect} />
      )}
      {rows.length > 0 && (
        <div className={styles.scroll} role="group" tabIndex={0} aria-label={text('effect.title')}>
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col">{text('effect.month')}</th>
                <th scope="col">{text('effect.provider')}</th>
                <th scope="col">{text('effect.provider-figure')}</th>
                <th scope="col">{text('effect.month-figure')}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.month + row.provider}>
                  <td>{monthName(row.month)}</td>
                  <td>{providerName(row.provider)}</td>
                  <td>
                    <Change before={row.beforeUsd} after={row.afterUsd} />
                  </td>
                  <td>
                    <Change before={row.totalBeforeUsd} after={row.totalAfterUsd} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {preview.answer?.warnings.map((warning) => (
        <Alert key={warning.message} severity="warning" title={warning.message} />
      ))}
    </section>
  );
}

function CorrectStored({
  id,
  onCorrect,
}: {
  readonly id: string;
  readonly onCorrect: (id: string) => void;
}): ReactElement {
  return (
    <Button size="sm" variant="secondary" onClick={() => onCorrect(id)}>
      {text('effect.correct-stored')}
    </Button>
  );
}

function Change({ before, after }: { readonly before: string | null; readonly after: string | null }): ReactElement {
  const styles = useStyles2(effectStyles);
  return (
    <span className={styles.change}>
      <span className={styles.quiet}>{money(before)}</span>{' '}
      <span aria-label={text('effect.becomes')} role="img">
        →
      </span>{' '}
      <strong>{money(after)}</strong>
    </span>
  );
}

const effectStyles = (theme: GrafanaTheme2) => ({
  box: css({
    background: theme.colors.background.secondary,
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
    padding: theme.spacing(1.5),
    marginBlock: theme.spacing(1),
  }),
  quiet: css({ color: theme.colors.text.secondary, marginBottom: 0 }),
  scroll: css({ overflowX: 'auto' }),
  change: css({ whiteSpace: 'nowrap', fontVariantNumeric: 'tabular-nums' }),
  table: css({
    width: '100%',
    'th, td': { textAlign: 'left', padding: theme.spacing(0.5, 1.5, 0.5, 0), verticalAlign: 'top' },
    th: { color: theme.colors.text.secondary, fontWeight: theme.typography.fontWeightMedium },
  }),
});
