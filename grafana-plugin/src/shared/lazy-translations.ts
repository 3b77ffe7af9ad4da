import type * as Translations from './translations.ts';

/** The translation library is loaded with the first text, not with the plugin. */
type Texts = typeof Translations;

let texts: Texts | undefined;

export async function loadTranslations(pluginId: string, english: Translations.EnglishTexts): Promise<void> {
  texts ??= await import('./translations.ts');
  await texts.loadTranslations(pluginId, english);
}

/** Returns the key until `loadTranslations` has finished. */
export const text: Texts['text'] = (key, values) => (texts === undefined ? key : texts.text(key, values));
