import '../shared/public-path.js';
import { DataSourcePlugin } from '@grafana/data';
import { MarginboardDataSource } from './datasource.ts';
import { QueryEditor, QueryHelp, SettingsEditor } from './lazy-editors.tsx';
import type { MarginboardOptions, MarginboardSecrets, MarginboardTarget } from './types.ts';

export const plugin = new DataSourcePlugin<
  MarginboardDataSource,
  MarginboardTarget,
  MarginboardOptions,
  MarginboardSecrets
>(MarginboardDataSource)
  .setConfigEditor(SettingsEditor)
  .setQueryEditor(QueryEditor)
  .setQueryEditorHelp(QueryHelp);
