import { DATA_SOURCE_ID } from '../shared/ids.ts';
import { loadTranslations } from '../shared/lazy-translations.ts';

/** The texts of the data source and its editors. */
export const loadTexts = (): Promise<void> =>
  loadTranslations(DATA_SOURCE_ID, () => import('./locales/en-US/marginboard-business-datasource.json'));
