import type { ReactElement } from 'react';
import { ConfirmButton } from '@grafana/ui';
import { text } from './translations.ts';

/** Takes something stored away, after a second click. */
export function TakeAwayButton({
  disabled,
  onConfirm,
}: {
  readonly disabled: boolean;
  readonly onConfirm: () => void;
}): ReactElement {
  return (
    <ConfirmButton
      size="sm"
      disabled={disabled}
      confirmText={text('budgets.take-away')}
      closeOnConfirm
      onConfirm={onConfirm}
    >
      {text('budgets.take-away')}
    </ConfirmButton>
  );
}
