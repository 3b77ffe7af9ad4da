import type { ReactElement } from 'react';
import { Field, Input, SecretInput, Text, Stack } from '@grafana/ui';
import { text } from '../shared/lazy-translations.ts';
import { urlFault } from '../shared/url.ts';
import type { SettingsProps } from './lazy-editors.tsx';

/** Where the exporter is, and the token that may only read. */
export function SettingsEditor({
  options,
  onOptionsChange,
}: Pick<SettingsProps, 'options' | 'onOptionsChange'>): ReactElement {
  const fault = options.url === '' ? undefined : urlFault(options.url);
  const stored = options.secureJsonFields['readToken'] === true;
  return (
    <Stack direction="column" gap={0}>
      <Text element="p" color="secondary">
        {text('settings.about')}
      </Text>
      <Field
        label={text('settings.url')}
        description={text('settings.url-help')}
        required
        invalid={fault !== undefined}
        error={fault === undefined ? undefined : text(fault)}
        htmlFor="exporter-url"
      >
        <Input
          id="exporter-url"
          width={60}
          placeholder="http://exporter:9464"
          value={options.url}
          onChange={(event) => onOptionsChange({ ...options, url: event.currentTarget.value, access: 'proxy' })}
          onBlur={(event) =>
            onOptionsChange({ ...options, url: event.currentTarget.value.trim().replace(/\/+$/, ''), access: 'proxy' })
          }
        />
      </Field>
      <Field label={text('settings.token')} description={text('settings.token-help')} required htmlFor="read-token">
        <SecretInput
          id="read-token"
          width={60}
          isConfigured={stored}
          value={options.secureJsonData?.readToken ?? ''}
          onChange={(event) =>
            onOptionsChange({ ...options, secureJsonData: { readToken: event.currentTarget.value.trim() } })
          }
          onReset={() =>
            onOptionsChange({
              ...options,
              secureJsonFields: { ...options.secureJsonFields, readToken: false },
              secureJsonData: { readToken: '' },
            })
          }
        />
      </Field>
    </Stack>
  );
}
