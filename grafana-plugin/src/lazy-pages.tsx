import { Suspense, lazy, type ReactElement } from 'react';
import type { AppRootProps, PluginConfigPageProps, AppPluginMeta } from '@grafana/data';
import type { AppOptions } from './config/options.ts';
import { loadTexts } from './load-texts.ts';

/** The pages and their texts are loaded when a page is opened. */
const Pages = lazy(async () => {
  const [page] = await Promise.all([import('./pages.tsx'), loadTexts()]);
  return { default: page.Pages };
});
const Settings = lazy(async () => {
  const [page] = await Promise.all([import('./config/settings-page.tsx'), loadTexts()]);
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
