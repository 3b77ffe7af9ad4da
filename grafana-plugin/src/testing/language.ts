import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import i18next from 'i18next';
import { config } from '@grafana/runtime';
import { loadTexts as loadDataSourceTexts } from '../datasource/load-texts.ts';
import { loadTexts as loadAppTexts } from '../load-texts.ts';
import { APP_ID, DATA_SOURCE_ID } from '../shared/ids.ts';

const TEXTS = {
  [APP_ID]: { folder: '..', load: loadAppTexts },
  [DATA_SOURCE_ID]: { folder: '../datasource', load: loadDataSourceTexts },
};

/** Loads the plugin's texts in the user's language, as Grafana does with a page. */
export async function speak(language: 'en-US' | 'fr-FR', plugin: typeof APP_ID | typeof DATA_SOURCE_ID): Promise<void> {
  const { folder, load } = TEXTS[plugin];
  await load();
  const path = join(import.meta.dirname, folder, 'locales', language, `${plugin}.json`);
  i18next.addResourceBundle(language, plugin, JSON.parse(readFileSync(path, 'utf8')));
  await i18next.changeLanguage(language);
  config.bootData.user.language = language;
}
