import { useState, type FormEvent, type ReactElement } from 'react';
import { lastValueFrom } from 'rxjs';
import type { AppPluginMeta, PluginConfigPageProps } from '@grafana/data';
import { getBackendSrv } from '@grafana/runtime';
import { Alert, Button, Field, Input, LinkButton, SecretInput, Stack, Text } from '@grafana/ui';
import { urlFault } from '../shared/url.ts';
import { APP_ID } from '../shared/ids.ts';
import { problemOf, sentenceOf } from '../shared/problem.ts';
import { text } from '../shared/translations.ts';
import { appUrl } from '../shared/addresses.ts';
import { ConnectionCheck } from './connection-check.tsx';
import type { AppOptions, AppSecrets } from './options.ts';

/** Address and write token of the app. The token is stored encrypted by Grafana and never sent back to a browser. */
export function SettingsPage({
  plugin,
}: Pick<PluginConfigPageProps<AppPluginMeta<AppOptions>>, 'plugin'>): ReactElement {
  const { meta } = plugin;
  const [url, setUrl] = useState(meta.jsonData?.url ?? '');
  const [token, setToken] = useState('');
  const [stored, setStored] = useState(meta.secureJsonFields?.['writeToken'] === true);
  const [state, setState] = useState<'idle' | 'saving' | 'saved'>('idle');
  const [fault, setFault] = useState('');
  const [revision, setRevision] = useState(0);
  const urlProblem = url === '' ? undefined : urlFault(url);

  const save = async (event: FormEvent) => {
    event.preventDefault();
    if (state === 'saving') return;
    setState('saving');
    setFault('');
    const secureJsonData: AppSecrets | undefined = token === '' ? undefined : { writeToken: token };
    try {
      await lastValueFrom(
        getBackendSrv().fetch({
          url: `/api/plugins/${APP_ID}/settings`,
          method: 'POST',
          showErrorAlert: false,
          data: {
            enabled: true,
            pinned: true,
            jsonData: { url: url.replace(/\/+$/, '') },
            ...(secureJsonData === undefined ? {} : { secureJsonData }),
          },
        }),
      );
      // The menu and the pages show the change only after the page is loaded again.
      setState('saved');
      setRevision((before) => before + 1);
      if (meta.enabled !== true) window.location.reload();
    } catch (error) {
      setFault(sentenceOf(problemOf(error)) || text('problems.failed'));
      setState('idle');
    }
  };

  return (
    <form onSubmit={(event) => void save(event)}>
      <Stack direction="column" gap={2}>
        <Text element="p">{text('settings.about')}</Text>
        <Field
          label={text('settings.url')}
          description={text('settings.url-help')}
          required
          invalid={urlProblem !== undefined}
          error={urlProblem === undefined ? undefined : text(urlProblem)}
          htmlFor="exporter-url"
        >
          <Input
            id="exporter-url"
            width={60}
            required
            placeholder="http://exporter:9464"
            value={url}
            onChange={(event) => setUrl(event.currentTarget.value)}
            onBlur={() => setUrl(url.trim().replace(/\/+$/, ''))}
          />
        </Field>
        <Field label={text('settings.token')} description={text('settings.token-help')} required htmlFor="write-token">
          <SecretInput
            id="write-token"
            width={60}
            isConfigured={stored}
            value={token}
            onChange={(event) => setToken(event.currentTarget.value.trim())}
            onReset={() => {
              setStored(false);
              setToken('');
            }}
          />
        </Field>
        {fault !== '' && <Alert severity="error" title={fault} />}
        {state === 'saved' && <Alert severity="success" title={text('settings.saved')} />}
        {meta.enabled === true && stored && <ConnectionCheck revision={revision} />}
        <Stack gap={2}>
          <Button
            type="submit"
            disabled={state === 'saving' || urlProblem !== undefined || url === '' || (!stored && token === '')}
          >
            {text('settings.save')}
          </Button>
          {meta.enabled === true && (
            <LinkButton variant="secondary" href={appUrl('invoices')}>
              {text('settings.open')}
            </LinkButton>
          )}
        </Stack>
        <Text element="p" color="secondary">
          {text('settings.datasource')}
        </Text>
      </Stack>
    </form>
  );
}
