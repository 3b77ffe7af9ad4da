import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';

export const tableStyles = (theme: GrafanaTheme2) => ({
  scroll: css({ overflowX: 'auto', '&:focus-visible': { outline: `2px solid ${theme.colors.primary.main}` } }),
  table: css({
    width: '100%',
    fontVariantNumeric: 'tabular-nums',
    'th, td': {
      textAlign: 'left',
      padding: theme.spacing(0.75, 1.5, 0.75, 0),
      verticalAlign: 'top',
      borderBottom: `1px solid ${theme.colors.border.weak}`,
    },
    'th.number, td.number': { textAlign: 'right', whiteSpace: 'nowrap' },
    'td.day': { whiteSpace: 'nowrap' },
    th: { color: theme.colors.text.secondary, fontWeight: theme.typography.fontWeightMedium, whiteSpace: 'nowrap' },
    // Stays reachable when the table is wider than its card.
    'th.actions, td.actions': {
      position: 'sticky',
      right: 0,
      background: theme.colors.background.primary,
      paddingRight: 0,
    },
    'tr.voided td': { color: theme.colors.text.secondary },
    'tr.voided td.number': { textDecoration: 'line-through' },
    'tr.version td': {
      background: theme.colors.background.secondary,
      borderBottom: 'none',
      fontSize: theme.typography.bodySmall.fontSize,
    },
  }),
  quiet: css({ color: theme.colors.text.secondary }),
  entry: css({
    border: `1px solid ${theme.colors.border.medium}`,
    borderRadius: theme.shape.radius.default,
    padding: theme.spacing(1, 2, 2),
    marginBlock: theme.spacing(2),
    minWidth: 0,
  }),
  legend: css({
    fontSize: theme.typography.body.fontSize,
    fontWeight: theme.typography.fontWeightMedium,
    width: 'auto',
    border: 'none',
    margin: 0,
    paddingInline: theme.spacing(1),
  }),
  details: css({ marginBlock: theme.spacing(1), summary: { cursor: 'pointer' } }),
  textLink: css({ color: theme.colors.text.link, textDecoration: 'underline' }),
  link: css({ background: 'none', border: 'none', padding: 0, cursor: 'pointer' }),
  notes: css({ overflowWrap: 'anywhere', minWidth: 110, maxWidth: 360, whiteSpace: 'pre-wrap' }),
});
