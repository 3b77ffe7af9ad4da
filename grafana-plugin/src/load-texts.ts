import { APP_ID } from './shared/ids.ts';
import { loadTranslations } from './shared/lazy-translations.ts';

/** The texts of the app's pages. */
export const loadTexts = (): Promise<void> =>
  loadTranslations(APP_ID, () => import('./locales/en-US/marginboard-business-app.json'));
