import type { ReactElement } from 'react';
import { Badge, type BadgeColor } from '@grafana/ui';
import type { Outcome } from '../../../exporter/src/contract/outcomes.ts';
import { text } from '../shared/translations.ts';

const COLOURS: Readonly<Record<Outcome, BadgeColor>> = { succeeded: 'green', skipped: 'blue', failed: 'red' };

/** How a run of a collector ended, and why, in words. */
export function OutcomeBadge({
  outcome,
  reason,
}: {
  readonly outcome: Outcome | null;
  readonly reason: string | null;
}): ReactElement {
  if (outcome === null) return <Badge color="darkgrey" text={text('outcomes.never')} />;
  const why = reason === null ? '' : `: ${text(`reasons.${reason}`)}`;
  return <Badge color={COLOURS[outcome]} text={`${text(`outcomes.${outcome}`)}${why}`} />;
}
