import { initPluginTranslations, t } from '@grafana/i18n';

const ready = new Map<string, Promise<unknown>>();

/**
 * Before anything of this plugin is translated. Grafana has loaded `locales/<language>/<plugin id>.json` already; this
 * binds `t` and `<Trans>` to the plugin's own texts, once.
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
