import './shared/public-path.js';
import { AppPlugin } from '@grafana/data';
import { App, AppSettings } from './lazy-pages.tsx';
import type { AppOptions } from './config/options.ts';
import { addLinks } from './extensions/links.ts';

export const plugin = addLinks(
  new AppPlugin<AppOptions>()
    .setRootPage(App)
    .addConfigPage({ title: 'Configuration', icon: 'cog', body: AppSettings, id: 'configuration' }),
);
