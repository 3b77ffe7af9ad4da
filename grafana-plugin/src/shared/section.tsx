import { useId, type ReactElement, type ReactNode } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';

/** A part of a page with its heading; screen readers list it by that heading. */
export function Section({
  title,
  about,
  children,
}: {
  readonly title: string;
  readonly about?: string;
  readonly children: ReactNode;
}): ReactElement {
  const id = useId();
  const styles = useStyles2(sectionStyles);
  return (
    <section className={styles.card} aria-labelledby={id}>
      <h2 id={id} className={styles.heading}>
        {title}
      </h2>
      {about !== undefined && <p className={styles.quiet}>{about}</p>}
      {children}
    </section>
  );
}

/** The sections of a page below each other. */
export function Sections({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactElement {
  const styles = useStyles2(sectionStyles);
  return (
    <div className={styles.page} data-testid={name}>
      {children}
    </div>
  );
}

export const sectionStyles = (theme: GrafanaTheme2) => ({
  page: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(2), maxWidth: 1600 }),
  card: css({
    background: theme.colors.background.primary,
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
    padding: theme.spacing(2),
    minWidth: 0,
  }),
  heading: css({ fontSize: theme.typography.h4.fontSize, marginBottom: theme.spacing(0.5) }),
  quiet: css({ color: theme.colors.text.secondary }),
});
