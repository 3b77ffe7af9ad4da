import type { Language } from '../../months/page/language.ts';

interface SignInTexts {
  readonly title: string;
  readonly how: string;
  readonly token: string;
  readonly enter: string;
  readonly leave: string;
  readonly status: string;
  readonly refused: string;
  /** The link of the start was used or is too old. */
  readonly used: string;
}

export const SIGN_IN_TEXTS: Readonly<Record<Language, SignInTexts>> = {
  en: {
    title: 'Sign in',
    how: 'Figures are behind a token. npm run token -- --role viewer makes one; npm start prints a link that opens the page once.',
    token: 'Token',
    enter: 'Sign in',
    leave: 'Sign out',
    status: 'State of the collectors',
    refused: 'This token is not valid here, or may not read figures.',
    used: 'This link was used already or is older than an hour: start the exporter again for a new one, or sign in with a token.',
  },
  fr: {
    title: 'Se connecter',
    how: 'Les chiffres demandent un jeton. npm run token -- --role viewer en crée un ; npm start affiche un lien qui ouvre la page une fois.',
    token: 'Jeton',
    enter: 'Se connecter',
    leave: 'Se déconnecter',
    status: 'État des collecteurs',
    refused: 'Ce jeton n’est pas valable ici, ou ne permet pas de lire les chiffres.',
    used: 'Ce lien a déjà servi ou date de plus d’une heure : redémarrez l’exporteur pour en avoir un autre, ou connectez-vous avec un jeton.',
  },
};
