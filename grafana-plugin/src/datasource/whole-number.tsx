import type { ReactElement } from 'react';
import { Input } from '@grafana/ui';

interface WholeNumberProps {
  readonly id: string;
  readonly value: number | undefined;
  readonly most: number;
  readonly onChange: (value: number | undefined) => void;
  readonly onDone: () => void;
}

/** A number from 1 to `most`; `undefined` for an empty input. */
export function WholeNumber({ id, value, most, onChange, onDone }: WholeNumberProps): ReactElement {
  return (
    <Input
      id={id}
      type="number"
      width={12}
      min={1}
      max={most}
      value={value ?? ''}
      onChange={(event) => {
        const typed = Math.trunc(event.currentTarget.valueAsNumber);
        onChange(Number.isNaN(typed) ? undefined : Math.min(most, Math.max(1, typed)));
      }}
      onBlur={onDone}
    />
  );
}
