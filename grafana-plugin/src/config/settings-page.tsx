import { useState, type FormEvent, type ReactElement } from 'react';
import { lastValueFrom } from 'rxjs';
import type { AppPluginMeta, PluginConfigPageProps } from '@grafana/data';
import { getBackendSrv } from '@grafana/runtime';
import { Alert, Button, Field, Input, LinkButton, Stack, Text } from '@grafana/ui';
import { urlFault } from '../shared/url.ts';
import { APP_ID } from '../shared/ids.ts';
import { problemOf, sentenceOf } from '../shared/problem.ts';
import { text } from '../shared/translations.ts';
import { appUrl } from '../shared/addresses.ts';
import { ConnectionCheck } from './connection-check.tsx';
import type { AppOptions, AppSecrets } from './options.ts';
import { TokenField, useToken } from './token-field.tsx';

/** Address and tokens of the app. Grafana stores the tokens encrypted and never sends them back to a browser. */
export function SettingsPage({
  plugin,
}: Pick<PluginConfigPageProps<AppPluginMeta<AppOptions>>, 'plugin'>): ReactElement {
  const { meta } = plugin;
  const [url, setUrl] = useState(meta.jsonData?.url ?? '');
  const writeToken = useToken(meta.secureJsonFields?.['writeToken'] === true);
  const readToken = useToken(meta.secureJsonFields?.['readToken'] === true);
  const [state, setState] = useState<'idle' | 'saving' | 'saved'>('idle');
  const [fault, setFault] = useState('');
  const [revision, setRevision] = useState(0);
  const urlProblem = url === '' ? undefined : urlFault(url);

  const save = async (event: FormEvent) => {
    event.preventDefault();
    if (state === 'saving') return;
    setState('saving');
    setFault('');
    const secrets: AppSecrets = {
      ...(writeToken.change === undefined ? {} : { writeToken: writeToken.change }),
      ...(readToken.change === undefined ? {} : { readToken: readToken.change }),
    };
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
            ...(Object.keys(secrets).length === 0 ? {} : { secureJsonData: secrets }),
          },
        }),
      );
      // The menu and the pages show the change only after the page is loaded again.
      setState('saved');
      writeToken.saved();
      readToken.saved();
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
        <TokenField
          id="write-token"
          label={text('settings.token')}
          help={text('settings.token-help')}
          required
          token={writeToken}
        />
        <TokenField
          id="read-token"
          label={text('settings.read-token')}
          help={text('settings.read-token-help')}
          token={readToken}
        />
        {fault !== '' && <Alert severity="error" title={fault} />}
        {state === 'saved' && <Alert severity="success" title={text('settings.saved')} />}
        {meta.enabled === true && writeToken.stored && (
          <ConnectionCheck revision={revision} hasReadToken={readToken.stored} />
        )}
        <Stack gap={2}>
          <Button
            type="submit"
            disabled={
              state === 'saving' ||
              urlProblem !== undefined ||
              url === '' ||
              (!writeToken.stored && writeToken.typed === '')
            }
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
