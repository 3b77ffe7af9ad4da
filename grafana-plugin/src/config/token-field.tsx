import { useState, type ReactElement } from 'react';
import { Field, SecretInput } from '@grafana/ui';

/** A token as it is typed. Of a stored one only that it is there is known. */
export interface TokenInput {
  readonly typed: string;
  readonly stored: boolean;
  /** What is to be stored: `undefined` leaves it as it is, '' removes it. */
  readonly change: string | undefined;
  readonly type: (value: string) => void;
  readonly reset: () => void;
  /** Grafana has stored `change`. */
  readonly saved: () => void;
}

export function useToken(wasStored: boolean): TokenInput {
  const [inGrafana, setInGrafana] = useState(wasStored);
  const [replaced, setReplaced] = useState(false);
  const [typed, setTyped] = useState('');
  const stored = inGrafana && !replaced;
  return {
    typed,
    stored,
    change: typed === '' && !(inGrafana && replaced) ? undefined : typed,
    type: (value) => setTyped(value.trim()),
    reset: () => {
      setReplaced(true);
      setTyped('');
    },
    saved: () => {
      setInGrafana(stored || typed !== '');
      setReplaced(false);
      setTyped('');
    },
  };
}

interface Props {
  readonly id: string;
  readonly label: string;
  readonly help: string;
  readonly required?: boolean;
  readonly token: TokenInput;
}

export const TokenField = ({ id, label, help, required = false, token }: Props): ReactElement => (
  <Field label={label} description={help} required={required} htmlFor={id}>
    <SecretInput
      id={id}
      width={60}
      isConfigured={token.stored}
      value={token.typed}
      onChange={(event) => token.type(event.currentTarget.value)}
      onReset={token.reset}
    />
  </Field>
);
