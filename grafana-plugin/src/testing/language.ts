import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import i18next from 'i18next';
import { config } from '@grafana/runtime';
import { APP_ID, DATA_SOURCE_ID } from '../shared/ids.ts';
import { loadTranslations } from '../shared/lazy-translations.ts';

const FOLDERS = { [APP_ID]: '..', [DATA_SOURCE_ID]: '../datasource' };

/** Loads the plugin's texts in the user's language, as Grafana does with a page. */
export async function speak(language: 'en-US' | 'fr-FR', plugin: typeof APP_ID | typeof DATA_SOURCE_ID): Promise<void> {
  await loadTranslations(plugin);
  const path = join(import.meta.dirname, FOLDERS[plugin], 'locales', language, `${plugin}.json`);
  i18next.addResourceBundle(language, plugin, JSON.parse(readFileSync(path, 'utf8')));
  await i18next.changeLanguage(language);
  config.bootData.user.language = language;
}
