import { initPluginTranslations, t } from '@grafana/i18n';

const ready = new Map<string, Promise<unknown>>();

/**
 * Call this before any text of this plugin is translated. Grafana has already loaded
 * `locales/<language>/<plugin id>.json`; this binds `t` and `<Trans>` to the plugin's texts, once.
 */
export function loadTranslations(pluginId: string): Promise<unknown> {
  const known = ready.get(pluginId);
  if (known !== undefined) return known;
  const loading = initPluginTranslations(pluginId);
  ready.set(pluginId, loading);
  return loading;
}

/** A text by its key; the values are put into `{{name}}`. */
export function text(key: string, values: Readonly<Record<string, string | number>> = {}): string {
  return t(key, key, { ...values, interpolation: { escapeValue: false } });
}
