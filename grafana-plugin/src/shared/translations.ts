import { initPluginTranslations, t, type ResourceLoader } from '@grafana/i18n';

const FRENCH = 'fr-FR';
const ready = new Map<string, Promise<unknown>>();

/** The English texts of a plugin: its `locales/en-US/<plugin id>.json`. */
export type EnglishTexts = () => Promise<{ readonly default: Awaited<ReturnType<ResourceLoader>> }>;

/**
 * Call this before any text of this plugin is translated: it binds `t` and `<Trans>` to the plugin's texts, once.
 * Grafana has loaded `locales/fr-FR/<plugin id>.json` for a French user. For everyone else the plugin brings the English
 * texts itself: from 13.1 on Grafana no longer loads `en-US`, and expects the English in the code.
 */
export function loadTranslations(pluginId: string, english: EnglishTexts): Promise<unknown> {
  const known = ready.get(pluginId);
  if (known !== undefined) return known;
  const loading = initPluginTranslations(pluginId, [
    async (language) => (language === FRENCH ? {} : (await english()).default),
  ]);
  ready.set(pluginId, loading);
  return loading;
}

/** A text by its key; the values are put into `{{name}}`. */
export function text(key: string, values: Readonly<Record<string, string | number>> = {}): string {
  return t(key, key, { ...values, interpolation: { escapeValue: false } });
}
