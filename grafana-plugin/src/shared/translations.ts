import { initPluginTranslations, t, type ResourceLoader } from '@grafana/i18n';

const FRENCH = 'fr-FR';
const ready = new Map<string, Promise<void>>();
/** By key, as in `locales/en-US`. The app and its data source each bundle this file for themselves. */
const english = new Map<string, string>();

type Texts = Awaited<ReturnType<ResourceLoader>>;
/** The English texts of a plugin: its `locales/en-US/<plugin id>.json`. */
export type EnglishTexts = () => Promise<{ readonly default: Texts }>;

/**
 * Call this before any text of this plugin is translated: it binds `t` to the plugin's texts, once. Grafana has loaded
 * `locales/fr-FR/<plugin id>.json` for a French user. For everyone else the English texts are the defaults of `t`: from
 * 13.1 on Grafana loads no `en-US`, and no loader of a plugin for it, but expects the English in the code.
 */
export function loadTranslations(pluginId: string, texts: EnglishTexts): Promise<void> {
  const known = ready.get(pluginId);
  if (known !== undefined) return known;
  const loading = load(pluginId, texts);
  ready.set(pluginId, loading);
  return loading;
}

async function load(pluginId: string, texts: EnglishTexts): Promise<void> {
  const { language } = await initPluginTranslations(pluginId);
  if (language !== FRENCH) addDefaults((await texts()).default);
}

function addDefaults(texts: Texts, prefix = ''): void {
  for (const [name, value] of Object.entries(texts)) {
    const key = `${prefix}${name}`;
    if (typeof value === 'string') english.set(key, value);
    else if (isTexts(value)) addDefaults(value, `${key}.`);
  }
}

const isTexts = (value: unknown): value is Texts => typeof value === 'object' && value !== null;

/** A text by its key; the values are put into `{{name}}`, and `count` chooses between `key_one` and `key_other`. */
export function text(key: string, values: Readonly<Record<string, string | number>> = {}): string {
  const one = english.get(`${key}_one`);
  const other = english.get(`${key}_other`);
  return t(key, english.get(key) ?? other ?? key, {
    ...(one === undefined ? {} : { defaultValue_one: one }),
    ...(other === undefined ? {} : { defaultValue_other: other }),
    ...values,
    interpolation: { escapeValue: false },
  });
}
