import type { ReactElement } from 'react';
import { Alert } from '@grafana/ui';

/** What was stored; read out by screen readers when it appears. */
export function Done({ message, onClose }: { readonly message: string; readonly onClose: () => void }): ReactElement {
  return (
    <div role="status" data-testid="done">
      {message !== '' && <Alert severity="success" title={message} onRemove={onClose} />}
    </div>
  );
}
