import { Suspense, lazy, type ComponentType } from 'react';
import type {
  DataSourceApi,
  DataSourceJsonData,
  DataSourcePluginOptionsEditorProps,
  QueryEditorHelpProps,
  QueryEditorProps,
} from '@grafana/data';
import type { MarginboardDataSource } from './datasource.ts';
import { loadTexts } from './load-texts.ts';
import type { MarginboardOptions, MarginboardSecrets, MarginboardTarget, VariableQuery } from './types.ts';

/** A component that is loaded with its texts when it is first shown. */
function later<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  const Inner = lazy(async () => {
    const [component] = await Promise.all([load(), loadTexts()]);
    return { default: component as ComponentType<object> };
  });
  return function Later(props: Props) {
    return (
      <Suspense fallback={null}>
        <Inner {...props} />
      </Suspense>
    );
  };
}

export type EditorProps = QueryEditorProps<MarginboardDataSource, MarginboardTarget>;
export type VariableEditorProps = QueryEditorProps<
  DataSourceApi<MarginboardTarget>,
  MarginboardTarget,
  DataSourceJsonData,
  VariableQuery
>;
export type HelpProps = QueryEditorHelpProps<MarginboardTarget>;
export type SettingsProps = DataSourcePluginOptionsEditorProps<MarginboardOptions, MarginboardSecrets>;

export const QueryEditor = later<EditorProps>(() => import('./query-editor.tsx').then((module) => module.QueryEditor));
export const QueryHelp = later<HelpProps>(() => import('./query-help.tsx').then((module) => module.QueryHelp));
export const SettingsEditor = later<SettingsProps>(() =>
  import('./settings-editor.tsx').then((module) => module.SettingsEditor),
);
export const AnnotationEditor = later<QueryEditorProps<MarginboardDataSource, MarginboardTarget>>(() =>
  import('./annotation-editor.tsx').then((module) => module.AnnotationEditor),
);
export const VariableEditor = later<VariableEditorProps>(() =>
  import('./variable-editor.tsx').then((module) => module.VariableEditor),
);

/** Grafana hands the annotation's target over as `query`. */
export interface AnnotationEditorProps {
  readonly query: MarginboardTarget;
  readonly onChange: (query: MarginboardTarget) => void;
}
