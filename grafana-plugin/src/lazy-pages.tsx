import { Suspense, lazy, type ReactElement } from 'react';
import type { AppRootProps, PluginConfigPageProps, AppPluginMeta } from '@grafana/data';
import type { AppOptions } from './config/options.ts';
import { APP_ID } from './shared/ids.ts';
import { loadTranslations } from './shared/lazy-translations.ts';

/** The pages and their texts are loaded when a page is opened. */
const Pages = lazy(async () => {
  const [page] = await Promise.all([import('./invoices/pages.tsx'), loadTranslations(APP_ID)]);
  return { default: page.Pages };
});
const Settings = lazy(async () => {
  const [page] = await Promise.all([import('./config/settings-page.tsx'), loadTranslations(APP_ID)]);
  return { default: page.SettingsPage };
});

export function App(_props: AppRootProps<AppOptions>): ReactElement {
  return (
    <Suspense fallback={null}>
      <Pages />
    </Suspense>
  );
}

export function AppSettings(props: PluginConfigPageProps<AppPluginMeta<AppOptions>>): ReactElement {
  return (
    <Suspense fallback={null}>
      <Settings plugin={props.plugin} />
    </Suspense>
  );
}
