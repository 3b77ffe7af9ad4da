import './shared/public-path.js';
import { AppPlugin } from '@grafana/data';
import { App, AppSettings } from './lazy-pages.tsx';
import type { AppOptions } from './config/options.ts';

export const plugin = new AppPlugin<AppOptions>()
  .setRootPage(App)
  .addConfigPage({ title: 'Configuration', icon: 'cog', body: AppSettings, id: 'configuration' });
