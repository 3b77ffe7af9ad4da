import type { FieldConfigSource, Panel } from '@grafana/grafana-foundation-sdk/dashboard';

const spread = (value: unknown): object => (typeof value === 'object' && value !== null ? value : {});

/**
 * A table whose headings are never cut, and whose first column stays where a phone has no room for all of them: the SDK
 * has no builder for these two of Grafana's options.
 */
export function readableTable(panel: Panel): Panel {
  const { defaults, overrides = [] }: Partial<FieldConfigSource> = panel.fieldConfig ?? {};
  const options: unknown = panel.options;
  const custom: unknown = defaults?.custom;
  return {
    ...panel,
    options: { ...spread(options), frozenColumns: { left: 1 } },
    fieldConfig: { overrides, defaults: { ...defaults, custom: { ...spread(custom), wrapHeaderText: true } } },
  };
}
