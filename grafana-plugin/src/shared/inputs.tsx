import { useId, type ReactElement } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Field, Input, TextArea, useStyles2 } from '@grafana/ui';
import { text } from './translations.ts';

interface BoxProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly error?: string | undefined;
  readonly help?: string | undefined;
  readonly required?: boolean;
  readonly disabled?: boolean;
  readonly prefix?: string;
  readonly placeholder?: string;
}

/** A label, an input and its error, linked for screen readers. */
function LabelledField({
  id,
  label,
  help,
  required,
  error,
  className,
  children,
}: Pick<BoxProps, 'label' | 'help' | 'error'> & {
  readonly id: string;
  readonly required: boolean;
  readonly className: string;
  // The type of what React 19 makes known of an element's properties; React 18 knows nothing.
  readonly children: ReactElement<Record<string, unknown>>;
}): ReactElement {
  return (
    <Field
      label={label}
      description={help}
      required={required}
      invalid={error !== undefined}
      error={error}
      htmlFor={id}
      className={className}
    >
      {children}
    </Field>
  );
}

function Box({
  label,
  value,
  onChange,
  error,
  help,
  required = false,
  disabled = false,
  prefix,
  placeholder,
  type,
  inputMode,
  width,
}: BoxProps & {
  readonly type: 'text' | 'date';
  readonly inputMode?: 'decimal';
  readonly width: number;
}): ReactElement {
  const id = useId();
  const styles = useStyles2(boxStyles);
  return (
    <LabelledField id={id} label={label} help={help} required={required} error={error} className={styles.field}>
      <Input
        id={id}
        type={type}
        width={width}
        {...(inputMode === undefined ? {} : { inputMode })}
        value={value}
        required={required}
        disabled={disabled}
        {...(prefix === undefined ? {} : { prefix })}
        {...(placeholder === undefined ? {} : { placeholder })}
        autoComplete="off"
        className={styles.input}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    </LabelledField>
  );
}

export const AmountBox = (props: BoxProps): ReactElement => (
  <Box {...props} type="text" inputMode="decimal" width={20} />
);
export const DayBox = (props: BoxProps): ReactElement => <Box {...props} type="date" width={20} />;
export const TextBox = (props: BoxProps): ReactElement => <Box {...props} type="text" width={28} />;

export function NotesBox({ label, value, onChange, error, help, required = false }: BoxProps): ReactElement {
  const id = useId();
  const styles = useStyles2(boxStyles);
  return (
    <LabelledField id={id} label={label} help={help} required={required} error={error} className={styles.wide}>
      <TextArea
        id={id}
        rows={2}
        maxLength={2000}
        value={value}
        required={required}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    </LabelledField>
  );
}

const boxStyles = (theme: GrafanaTheme2) => ({
  field: css({ marginBottom: theme.spacing(1), maxWidth: 224 }),
  wide: css({ marginBottom: theme.spacing(1), maxWidth: '100%' }),
  // The browser's date picker follows the theme only with an explicit `color-scheme`.
  input: css({ colorScheme: theme.isDark ? 'dark' : 'light', input: { fontVariantNumeric: 'tabular-nums' } }),
});

/** Why an amount is invalid; `undefined` for a valid or an empty one. */
export function amountError(reason: string | undefined): string | undefined {
  return reason === undefined || reason === 'empty' ? undefined : text(`amounts.${reason}`);
}
